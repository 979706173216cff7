import type { RuleKind } from './kind.ts'

/** Any signed-in user: what a guard without rules means. */
export interface SignedInRule {
  readonly kind: 'signedIn'
}

export const signedInKind: RuleKind<SignedInRule, SignedInRule> = {
  members: { kind: true },
  validate: () => {},
  byClaims: true,
  admitsAnyone: true,
  attempt: () => () => true,
  toManifest: (rule) => ({ ...rule }),
  form: {},
  print: () => 'signed in',
}
