export { choicesOf } from './choices.ts'
export { FactorNotFound, LastWayIn, StepUpRequired, TooManyFactors, WrongFactor } from './errors.ts'
export {
  type AuthenticationResponseJSON,
  challengeIn,
  creationOptions,
  type PasskeyUsed,
  type RegistrationResponseJSON,
  readPasskey,
  relyingPartyOf,
  requestOptions,
  takePasskey,
} from './passkeys.ts'
export { makeRecoveryCodes } from './recovery-codes.ts'
export { recoveryCodesOf } from './recovery-store.ts'
export { removeAllFactors } from './remove.ts'
export { resealFactors } from './reseal.ts'
export type { FactorChoice, FactorKind } from './schema.ts'
export {
  confirmFactor,
  deleteFactor,
  deleteUnconfirmed,
  type FactorRow,
  factorsOf,
  findFactor,
  insertFactor,
  listFactorKindsOf,
  renameFactor,
} from './store.ts'
export { newSecret, setupOf, stepOf, type TotpSetup } from './totp.ts'
export { type FactorProof, type FactorProven, provenBy, takeFactor } from './verify.ts'
