export { type EmailAddress, emailKey, readEmail, resembledEmailKey } from './emails.ts'
export { emailField, readable, usernameField } from './schema.ts'
export { attemptKey, type SignInKey, signInKey } from './sign-in-name.ts'
export { foldCase, readUsername, type Username } from './usernames.ts'
