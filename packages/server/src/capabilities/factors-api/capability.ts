import type { Capability } from '../../capability.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'factors:read': true
    'factors:write': true
  }
}

/** Enrolling and removing factors over HTTP, the second step of a sign-in, and proving again who one is. */
export const factorsApi: Capability = {
  name: 'factors-api',
  permissions: ['factors:read', 'factors:write'],
  errors: {
    unmet_authentication_requirements: 403,
  },
  routes: async () => {
    const [{ factorRoutes }, { totpRoutes }, { passkeyRoutes }, { secondStepRoutes }] = await Promise.all([
      import('./routes.ts'),
      import('./totp-routes.ts'),
      import('./passkey-routes.ts'),
      import('./sign-in-routes.ts'),
    ])
    return [factorRoutes, totpRoutes, passkeyRoutes, secondStepRoutes]
  },
}
