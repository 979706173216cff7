import { ConfigurationError } from '../../errors.ts'
import { refuseUnknown } from '../../read-options.ts'
import type { Attempt } from '../attempt.ts'
import { type AllOf, allKind } from './all.ts'
import { type CheckInManifest, type CheckRule, checkKind } from './check.ts'
import type { RuleContext, RuleKind } from './kind.ts'
import { type OwnInManifest, type OwnRule, ownKind } from './own.ts'
import { type PermissionRule, permissionKind } from './permission.ts'
import { type RoleRule, roleKind } from './role.ts'
import { type SignedInRule, signedInKind } from './signed-in.ts'
import { type StepUpInManifest, type StepUpRule, stepUpKind } from './step-up.ts'

export { type CheckRule, type CheckTest, check } from './check.ts'
export type { RuleContext } from './kind.ts'
export { type OwnerLoader, type OwnRule, own } from './own.ts'
export { permission } from './permission.ts'
export { role } from './role.ts'
export { defaultAcrOrder, readAcrOrder, stepUp } from './step-up.ts'

/**
 * A rule is data: it can be printed, compared and listed in the manifest. The type parameters are the names that it
 * may use, so that a guard which knows the application's own refuses others at compile time.
 */
export type Rule<Role extends string = string, Permission extends string = string> =
  | SignedInRule
  | OwnRule
  | RoleRule<Role>
  | PermissionRule<Permission>
  | AllOf<Rule<Role, Permission>>
  | StepUpRule
  | CheckRule

/** A rule as the manifest states it: data alone, without loaders and tests. */
export type ManifestRule =
  | SignedInRule
  | OwnInManifest
  | RoleRule
  | PermissionRule
  | AllOf<ManifestRule>
  | StepUpInManifest
  | CheckInManifest

type Kind = Rule['kind']
type Of<Union, Name extends Kind> = Name extends 'all' ? AllOf<unknown> : Extract<Union, { kind: Name }>

/** What each kind of rule means. */
const kinds: { readonly [Name in Kind]: RuleKind<Of<Rule, Name>, Of<ManifestRule, Name>> } = {
  signedIn: signedInKind,
  own: ownKind,
  role: roleKind,
  permission: permissionKind,
  all: allKind,
  stepUp: stepUpKind,
  check: checkKind,
}

// the kind of a rule takes that very rule
const kindOf = ({ kind }: Rule | ManifestRule): RuleKind<Rule, ManifestRule> =>
  kinds[kind] as unknown as RuleKind<Rule, ManifestRule>

const partsOf = <Each extends Rule | ManifestRule>(rule: Each): readonly Each[] =>
  (kindOf(rule).parts?.(rule) ?? []) as readonly Each[]

/** Allows callers who meet each of the rules. */
export function all<const Role extends string = never, const Permission extends string = never>(
  ...rules: readonly Rule<Role, Permission>[]
): AllOf<Rule<Role, Permission>> {
  const rule: AllOf<Rule<Role, Permission>> = { kind: 'all', rules }
  allKind.validate(rule)
  checkRules('all', rules)
  return rule
}

/**
 * Rules are data, and may be written by hand: one that says less than was meant would let in more than was meant.
 *
 * @throws ConfigurationError for what is not a rule, e.g. a function handed over instead of `check('name', …)`
 */
export function checkRules(where: string, rules: readonly unknown[]): void {
  for (const rule of rules) {
    if (!hasKind(rule)) {
      throw new ConfigurationError(
        `${where}(): an argument is not a rule. For a function, write check('name', …).`,
      )
    }
    const kind = kindOf(rule)
    refuseUnknown(`${where}(): the rule ${rule.kind}`, [['', rule, kind.members]])
    kind.validate(rule)
    checkRules(rule.kind, partsOf(rule))
  }
}

const hasKind = (rule: unknown): rule is Rule =>
  typeof rule === 'object' &&
  rule !== null &&
  'kind' in rule &&
  typeof rule.kind === 'string' &&
  Object.hasOwn(kinds, rule.kind)

function cost(rule: Rule, context: RuleContext): number {
  const parts = partsOf(rule).map((part) => cost(part, context))
  return Math.max(kindOf(rule).cost?.(rule, context) ?? 0, ...parts)
}

/** Cheap ones first, else in the order of writing. */
export const cheapFirst = (rules: readonly Rule[], context: RuleContext): readonly Rule[] =>
  [...rules].sort((one, other) => cost(one, context) - cost(other, context))

/** Makes the function that tries a rule. It may throw, which counts as not passed. */
export const attemptOf = (rule: Rule, context: RuleContext): Attempt =>
  kindOf(rule).attempt(
    rule,
    context,
    cheapFirst(partsOf(rule), context).map((part) => attemptOf(part, context)),
  )

/** Whether a token's claims alone decide, as long as no `authority` is asked. */
export const byClaims = (rule: Rule): boolean =>
  kindOf(rule).byClaims === true && partsOf(rule).every(byClaims)

export const stepsUp = (rule: Rule): boolean => kindOf(rule).stepsUp === true || partsOf(rule).some(stepsUp)

/** Whether every signed-in user meets a rule, at most after signing in again. */
export const admitsAnyone = (rule: ManifestRule): boolean =>
  kindOf(rule).admitsAnyone === true && partsOf(rule).every(admitsAnyone)

/** Whether a part of a rule sees the whole request, so that it may be about any of its parameters. */
export const readsRequest = (rule: ManifestRule): boolean =>
  kindOf(rule).readsRequest === true || partsOf(rule).some(readsRequest)

/** The roles and permissions that a rule names. */
export function namesIn(rule: Rule): readonly { what: 'role' | 'permission'; name: string }[] {
  const name = kindOf(rule).names?.(rule)
  return name === undefined ? partsOf(rule).flatMap(namesIn) : [name]
}

/** The parameters whose owners a rule is about. */
export function ownedParameters(rule: Rule | ManifestRule): readonly string[] {
  const param = kindOf(rule).owns?.(rule)
  return param === undefined ? partsOf(rule).flatMap(ownedParameters) : [param]
}

/** Every rule within these that is not made of others. */
export const leavesOf = (rules: readonly ManifestRule[]): ManifestRule[] =>
  rules.flatMap((rule) => (kindOf(rule).parts === undefined ? [rule] : leavesOf(partsOf(rule))))

export const manifestRule = (rule: Rule, context: Pick<RuleContext, 'acrOrder'>): ManifestRule =>
  kindOf(rule).toManifest(
    rule,
    context,
    partsOf(rule).map((part) => manifestRule(part, context)),
  )

/** A rule as it is written in code: `all(permission('payouts:write'), stepUp({ acr: 'mfa' }))`. */
export const printManifestRule = (rule: ManifestRule): string =>
  kindOf(rule).print(rule, partsOf(rule).map(printManifestRule))

export const printRule = (rule: Rule): string => printManifestRule(manifestRule(rule, { acrOrder: [] }))

/** For each kind, what its rules look like in the manifest. */
export const manifestForms: readonly { kind: Kind; form: Readonly<Record<string, string>> }[] =
  Object.entries(kinds).map(([kind, { form }]) => ({ kind: kind as Kind, form }))

/** Whether what was read from a manifest is a rule of a kind that is known here. */
export function isManifestRule(read: unknown): read is ManifestRule {
  if (!hasKind(read)) return false
  const members = Object.entries(kindOf(read).form as Readonly<Record<string, string>>)
  return members.every(([name, form]) => {
    const value: unknown = Object.hasOwn(read, name) ? read[name as keyof Rule] : undefined
    return value === undefined ? form.endsWith('?') : matches[form.replace('?', '')]?.(value) === true
  })
}

const matches: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  texts: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  rules: (value) => Array.isArray(value) && value.every(isManifestRule),
}
