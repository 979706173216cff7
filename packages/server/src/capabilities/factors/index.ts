export { choicesOf } from './choices.ts'
export { FactorNotFound, StepUpRequired, TooManyFactors, WrongFactor } from './errors.ts'
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
export { type FactorProof, type FactorProven, takeFactor } from './verify.ts'
