export { AccountDisabled, SignUpClosed, WrongCredentials } from './errors.ts'
export { signInRoutes } from './routes.ts'
export { type Client, type Credentials, type SignedIn, signIn, signUp } from './service.ts'
