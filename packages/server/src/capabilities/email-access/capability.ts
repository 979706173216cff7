import type { Capability } from '../../capability.ts'

/** What a mailbox opens: resetting a password, and signing in without one. */
export const emailAccess: Capability = {
  name: 'email-access',
  routes: async () => [(await import('./routes.ts')).emailAccessRoutes],
}
