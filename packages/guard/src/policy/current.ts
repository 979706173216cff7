import { AsyncLocalStorage } from 'node:async_hooks'
import { GuardError } from '../errors.ts'
import type { Auth, Caller } from './types.ts'

const storage = new AsyncLocalStorage<Auth | undefined>()

/**
 * The signed-in user of the current request, for code that has no access to the request.
 *
 * @throws GuardError `no_current_user` outside of a guarded request, on open routes, and for strangers
 */
export function currentUser(): Caller {
  const auth = storage.getStore()
  if (auth === undefined) throw new GuardError('no_current_user')
  return auth.user
}

/** Everything known about the current caller; undefined without one. */
export const currentAuth = (): Auth | undefined => storage.getStore()

/** Runs the rest of a request for a caller, or for nobody; an outer caller is never visible inside. */
export function runAs<T>(auth: Auth | undefined, next: () => T): T {
  return storage.run(auth, next)
}
