import type { Capability } from '../../capability.ts'

/** Minting access tokens. */
export const tokens: Capability = {
  name: 'tokens',
  errors: {
    invalid_target: 400,
  },
}
