export { AccountDisabled, SignUpClosed, WrongCredentials } from './errors.ts'
export { type Credentials, type SignedIn, signIn, signUp } from './service.ts'
export { signInSettings } from './settings.ts'
export type { Client } from './trail.ts'
