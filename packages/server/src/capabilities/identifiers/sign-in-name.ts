import { emailKey } from './emails.ts'
import { usernameKey } from './usernames.ts'

/** The key of a username, or of an e-mail address. */
export type SignInKey = { readonly usernameKey: string } | { readonly emailKey: string }

/** The key that a name is looked up by at sign-in; undefined where it is neither a username nor an address. */
export function signInKey(name: string): SignInKey | undefined {
  if (!name.includes('@')) return { usernameKey: usernameKey(name) }
  const key = emailKey(name)
  return key === undefined ? undefined : { emailKey: key }
}

/** The one spelling of a name that sign-in attempts are counted by, whether or not an account has it. */
export function attemptKey(name: string): string {
  const key = signInKey(name)
  if (key === undefined) return `neither ${usernameKey(name)}`
  return 'usernameKey' in key ? `username ${key.usernameKey}` : `email ${key.emailKey}`
}
