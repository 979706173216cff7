// For the server, which carries this code inside: the entry is not in the published manifest.
export { Judge } from './judge.ts'
export { cuts, RevocationSet } from './set.ts'
export * from './wire.ts'
