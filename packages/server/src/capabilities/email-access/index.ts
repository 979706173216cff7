export { requestMail } from './request.ts'
export { resetPassword } from './reset.ts'
export { signInByEmail } from './sign-in.ts'
