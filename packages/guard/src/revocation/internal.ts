// For the server, which bundles this code: the entry is not in the published manifest.
export { Judge } from './judge.ts'
export { cuts, RevocationSet } from './set.ts'
export * from './wire.ts'
