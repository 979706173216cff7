export { createPasswordCosts } from './costs.ts'
export { PasswordChangedMeanwhile } from './errors.ts'
export {
  normalisePassword,
  type PasswordOwner,
  passwordLength,
  passwordReader,
  readNewPassword,
} from './rules.ts'
export { passwordField } from './schema.ts'
export {
  addPassword,
  checkCurrentPassword,
  hashNewPassword,
  type NewPassword,
  prepareNewPassword,
  rehash,
  replacePassword,
  requireAnother,
  verifyPassword,
} from './service.ts'
export { logPasswordRules } from './start.ts'
export { findPassword, insertForeignHashes, joinHash, selectHash, selectMustChange } from './store.ts'
