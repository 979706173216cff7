export { keySetMaxAge } from './lifetimes.ts'
export { currentSigner, forgetKeys, publishedJwks, type Signer } from './ring.ts'
export type { KeyUse, PublishedJwk } from './schema.ts'
export {
  dropKey,
  ensureKeys,
  type KeyDescription,
  listKeys,
  pageOfKeys,
  type RotateOptions,
  resealKeys,
  rotateIfDue,
  rotateKeys,
} from './service.ts'
