import type { Capability } from '../../capability.ts'

/** Sign-up and sign-in. */
export const signIn: Capability = {
  name: 'sign-in',
  metadata: ({ signUp }) => ({ gatehouse_sign_up: signUp }),
  routes: async () => [(await import('./routes.ts')).signInRoutes],
}
