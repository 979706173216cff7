import type { Capability } from '../../capability.ts'

/** What stands behind tokens, whatever its kind. */
export const grants: Capability = { name: 'grants' }
