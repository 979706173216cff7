import type { Capability } from '../../capability.ts'

/** Access tokens. */
export const tokens: Capability = { name: 'tokens' }
