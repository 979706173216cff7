import type { Capability } from '../../capability.ts'

/** Invitations: an account, with roles, for whoever reads the mail of an address. */
export const invitations: Capability = {
  name: 'invitations',
  migrations: [{ name: '0014-invitations', load: () => import('../../migrations/0014-invitations.ts') }],
  errors: {
    invitation_not_found: 404,
    invitation_void: 409,
  },
  jobs: [
    {
      name: 'sweep invitations',
      everyMs: 3_600_000,
      run: async (ctx) => (await import('./service.ts')).sweepInvitations(ctx),
    },
  ],
  commands: [{ name: 'invite', summary: 'invite people', load: () => import('./commands.ts') }],
  personalData: async () => (await import('./personal-data.ts')).invitationData,
  routes: async () => [
    (await import('./routes.ts')).invitationRoutes,
    (await import('./accept-routes.ts')).acceptInvitationRoutes,
  ],
}
