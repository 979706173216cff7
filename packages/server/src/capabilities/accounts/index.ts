export {
  isRecentSignIn,
  isSelf,
  missing,
  openForChange,
  requireMayChange,
  requireRecentSignIn,
  requireUser,
} from './access.ts'
export { requireAddressIfDemanded } from './addresses/claim.ts'
export { EmailTaken, NothingToVerify } from './addresses/errors.ts'
export { mayWriteTo, requireMayWriteTo } from './addresses/limits.ts'
export { messagesEvery, sendVerification, unverifiedOf } from './addresses/messages.ts'
export { undoEmailChange } from './addresses/undo.ts'
export {
  isVerifiedAddress,
  markVerified,
  requestVerification,
  takeAddress,
  verifyEmail,
  verifyEmailOf,
} from './addresses/verify.ts'
export { type ChangedUser, type UserChanges, updateUser } from './change.ts'
export { createAccount, hasUsers, insertAccount, type NewAccount, prepareAccount } from './create.ts'
export { finishDeletions } from './deletion/job.ts'
export { keepOwnAccount, offerToKeep } from './deletion/own.ts'
export { cancelDeletion, type Deletion, deleteUser } from './deletion/service.ts'
export { findSubject } from './erase.ts'
export { LastAdministrator, UserNotFound, UsernameTaken } from './errors.ts'
export { type ImportedAccount, insertImported, takenKeys } from './import.ts'
export {
  confirmPassword,
  findByMailbox,
  findForSignIn,
  findForSignInById,
  findUser,
  getUser,
  type HeldAccount,
  holdForSignIn,
  listUsers,
  type SignInAccount,
  showUser,
  type User,
  type UserList,
  userNamed,
} from './read.ts'
export { setRoles } from './roles.ts'
export { directoryOf } from './settings.ts'
export { emailChallengeField, ownPath, showWhole, targetOf, userBody, userPath } from './shapes.ts'
export { selectUser } from './store.ts'
