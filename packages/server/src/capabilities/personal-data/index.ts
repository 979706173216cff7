export { type Export, exportUser } from './service.ts'
