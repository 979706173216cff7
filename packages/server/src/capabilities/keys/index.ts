export { keySetMaxAge } from './lifetimes.ts'
export { currentSigner, forgetKeys, publishedJwks, type Signer } from './ring.ts'
export type { KeyUse, PublishedJwk } from './schema.ts'
export {
  ensureKeys,
  type KeyDescription,
  listKeys,
  resealKeys,
  rotateIfDue,
  rotateKeys,
} from './service.ts'
