import type { ManifestRule } from '../manifest.ts'
import { type Persona, stranger } from '../persona.ts'
import { all } from './all.ts'
import { check } from './check.ts'
import type { Cast, Outcome, ProvenKind, Subject } from './kind.ts'
import { own } from './own.ts'
import { permission } from './permission.ts'
import { role } from './role.ts'
import { signedIn } from './signed-in.ts'
import { stepUp } from './step-up.ts'

export type { Subject } from './kind.ts'

/** What each kind of rule means to the prover. */
const kinds: {
  readonly [Name in ManifestRule['kind']]: ProvenKind<Extract<ManifestRule, { kind: Name }>>
} = { signedIn, own, role, permission, all, stepUp, check }

// the kind of a rule takes that very rule
const kindOf = ({ kind }: ManifestRule): ProvenKind<ManifestRule> =>
  kinds[kind] as unknown as ProvenKind<ManifestRule>

const partsOf = (rule: ManifestRule): readonly ManifestRule[] =>
  (kindOf(rule).parts?.(rule) ?? []) as readonly ManifestRule[]

/** A rule and all rules inside it. */
const flatten = (rule: ManifestRule): readonly ManifestRule[] => [rule, ...partsOf(rule).flatMap(flatten)]

/** What a member of a kind says of each rule and of all rules inside them. */
const each = <T>(
  rules: readonly ManifestRule[],
  ask: (kind: ProvenKind<ManifestRule>, rule: ManifestRule) => T | undefined,
): readonly T[] =>
  rules.flatMap(flatten).flatMap((rule) => {
    const answer = ask(kindOf(rule), rule)
    return answer === undefined ? [] : [answer]
  })

/** Works out what a declaration's rules should decide about a persona: any of them lets it in. */
export function evaluateAny(rules: readonly ManifestRule[], persona: Persona, subject: Subject): Outcome {
  const outcomes = rules.map((rule) => evaluate(rule, persona, subject))
  if (outcomes.includes('passes')) return 'passes'
  return outcomes.includes('unknown') ? 'unknown' : 'fails'
}

const evaluate = (rule: ManifestRule, persona: Persona, subject: Subject): Outcome =>
  kindOf(rule).evaluate(
    rule,
    persona,
    subject,
    partsOf(rule).map((part) => evaluate(part, persona, subject)),
  )

/** For each rule, a caller who meets just that one, as far as a token can do that. */
export function whoMeets(rules: readonly ManifestRule[], cast: Cast): readonly Persona[] {
  return rules.map((rule) => {
    const name = each([rule], (kind, part) => kind.describe?.(part)).join(' with ') || 'a signed-in user'
    return flatten(rule).reduce<Persona>(
      (persona, part) => kindOf(part).meet?.(part, persona, cast) ?? persona,
      { ...stranger, name },
    )
  })
}

/** Callers who meet a rule apart from one part of it: too weak a sign-in, or too old a one. */
export const weakened = (rule: ManifestRule, persona: Persona): readonly Persona[] =>
  each([rule], (kind, part) => kind.weaken?.(part, persona)).flat()

export const namesIn = (
  rules: readonly ManifestRule[],
): readonly { what: 'role' | 'permission'; name: string }[] => each(rules, (kind, rule) => kind.names?.(rule))

export const ownedIn = (rules: readonly ManifestRule[]): readonly { param: string; loaded: boolean }[] =>
  each(rules, (kind, rule) => kind.owns?.(rule))

export const checksIn = (rules: readonly ManifestRule[]): readonly string[] =>
  each(rules, (kind, rule) => kind.checks?.(rule))

export const denyWhenStale = (rules: readonly ManifestRule[]): boolean =>
  each(rules, (kind) => kind.deniesWhenStale).includes(true)

/** Whether everybody who meets `rule` meets `other`, too: it asks for each part of it, or for more. */
export const isAsStrict = (rule: ManifestRule, other: ManifestRule): boolean =>
  demandsOf(other).every((asked) => demandsOf(rule).some((part) => implies(part, asked)))

/** The parts of a rule that turn some signed-in users away. */
const demandsOf = (rule: ManifestRule): readonly ManifestRule[] =>
  flatten(rule).filter((part) => kindOf(part).parts === undefined && kindOf(part).admitsAnyone !== true)

const implies = (part: ManifestRule, asked: ManifestRule): boolean =>
  part.kind === asked.kind && (kindOf(part).isAsStrict?.(part, asked) ?? sorted(part) === sorted(asked))

const sorted = (rule: ManifestRule): string => JSON.stringify(Object.entries(rule).sort())
