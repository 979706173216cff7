import type { ManifestRule } from '../manifest.ts'
import { outcome, type ProvenKind } from './kind.ts'

/** No token can meet a `check`: the configuration says whom it passes. */
export const check: ProvenKind<Extract<ManifestRule, { kind: 'check' }>> = {
  evaluate({ name }, persona, subject) {
    const known = subject.check(name, persona)
    return known === undefined ? 'unknown' : outcome(known)
  },
  describe: ({ name }) => `check ${name}`,
  checks: ({ name }) => name,
}
