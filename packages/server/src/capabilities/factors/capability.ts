import type { Capability } from '../../capability.ts'
import { StepUpRequired } from './errors.ts'
import { factorRequirement } from './requirement.ts'

/** Authenticator apps, passkeys and recovery codes: how they are stored and checked. */
export const factors: Capability = {
  name: 'factors',
  migrations: [{ name: '0015-factors', load: () => import('../../migrations/0015-factors.ts') }],
  signInRequirements: [factorRequirement],
  errors: {
    factor_not_found: 404,
    last_way_in: 409,
    too_many_factors: 409,
    wrong_factor: 401,
    step_up_required: {
      status: 401,
      // RFC 9470
      headers: (error) => ({
        'WWW-Authenticate': `Bearer error="insufficient_user_authentication", error_description="${error.detail}"${
          error instanceof StepUpRequired ? `, acr_values="${error.acr}"` : ''
        }`,
      }),
    },
  },
  removePlanted: async (ctx, userId) => (await import('./remove.ts')).removeAllFactors(ctx, userId),
  personalData: async () => (await import('./personal-data.ts')).factorData,
}
