export { showKey } from './shapes.ts'
