export { keySetMaxAge } from './lifetimes.ts'
export { createKeyRing, currentSigner, forgetKeys, publishedJwks } from './ring.ts'
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
export { keySettings } from './settings.ts'
