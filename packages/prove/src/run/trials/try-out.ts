import type { Trial } from '../../plan/attempt.ts'
import type { Finding } from '../../verdict.ts'
import type { AttackOptions } from '../attack-options.ts'
import type { Resources } from '../resources.ts'
import { tryOwnerFields } from './owner-fields.ts'
import { tryOwnerFilter } from './owner-filter.ts'
import { tryReferences } from './reference.ts'

const tries = {
  'referring-owner': tryReferences,
  'owner-in-body': tryOwnerFields,
  'owner-in-query': tryOwnerFilter,
} as const

/** Makes the calls of a trial and says what they showed. */
export const tryOut = (trial: Trial, resources: Resources, options: AttackOptions): Promise<Finding[]> =>
  tries[trial.caller](trial, { resources, options })
