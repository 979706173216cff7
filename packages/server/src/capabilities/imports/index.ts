export { accountsWithId } from './store.ts'
