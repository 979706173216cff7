import type { Capability } from '../../capability.ts'

/** Usernames and e-mail addresses. */
export const identifiers: Capability = { name: 'identifiers' }
