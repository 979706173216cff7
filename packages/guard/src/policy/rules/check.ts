import { ConfigurationError } from '../../errors.ts'
import type { MaybePromise } from '../../verify/types.ts'
import { after } from '../attempt.ts'
import type { Identity } from '../types.ts'
import { type RuleKind, requireName } from './kind.ts'

export type CheckTest<Native = unknown> = (auth: Identity, request: Native) => MaybePromise<boolean>

export interface CheckRule {
  readonly kind: 'check'
  readonly name: string
  readonly test: CheckTest<never>
}

export interface CheckInManifest {
  readonly kind: 'check'
  readonly name: string
}

/** Allows callers for whom the function returns true: for everything that the other rules cannot express. */
export function check<Native = unknown>(name: string, test: CheckTest<Native>): CheckRule {
  const rule: CheckRule = { kind: 'check', name, test }
  checkKind.validate(rule)
  return rule
}

export const checkKind: RuleKind<CheckRule, CheckInManifest> = {
  members: { kind: true, name: true, test: true },
  validate({ name, test }) {
    requireName('check', name)
    if (typeof test !== 'function') throw new ConfigurationError(`check('${name}') has no function.`)
  },
  cost: () => 2,
  readsRequest: true,
  // only `true` counts: a promise forgotten in an object, or a row that was found, allows nobody
  attempt:
    ({ test }) =>
    (subject) =>
      after(test(subject.known(), subject.facts.native as never), (held) => held === true),
  toManifest: ({ name }) => ({ kind: 'check', name }),
  form: { name: 'text' },
  print: ({ name }) => `check('${name}')`,
}
