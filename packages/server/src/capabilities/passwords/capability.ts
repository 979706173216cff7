import type { Capability } from '../../capability.ts'

/** Passwords and their hashes. */
export const passwords: Capability = { name: 'passwords' }
