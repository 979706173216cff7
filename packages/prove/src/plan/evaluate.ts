import type { ManifestRule } from './manifest.ts'
import type { Persona } from './persona.ts'

/** What a rule should say of a caller: known from the declaration alone, but for what a `check` decides. */
export type Outcome = 'passes' | 'fails' | 'unknown'

/** What the request is about: the owner of what each route parameter names, and what is known of checks. */
export interface Subject {
  /** Owner's id by route parameter. */
  readonly owners: Readonly<Record<string, string>>
  /** What a `check` says of a persona, where the configuration tells. */
  check(name: string, persona: Persona): boolean | undefined
}

/** Works out what a declaration's rules should say of a persona: any of them lets it in. */
export function evaluateAny(rules: readonly ManifestRule[], persona: Persona, subject: Subject): Outcome {
  const outcomes = rules.map((rule) => evaluate(rule, persona, subject))
  if (outcomes.includes('passes')) return 'passes'
  return outcomes.includes('unknown') ? 'unknown' : 'fails'
}

export function evaluate(rule: ManifestRule, persona: Persona, subject: Subject): Outcome {
  switch (rule.kind) {
    case 'signedIn':
      return 'passes'
    case 'own': {
      const owner = subject.owners[rule.param]
      return owner === undefined ? 'unknown' : outcome(owner === persona.id)
    }
    case 'role':
      return outcome(persona.roles.includes(rule.role))
    case 'permission':
      return outcome(persona.permissions.includes(rule.permission))
    case 'stepUp': {
      const strong = rule.acr === undefined || rule.acr === persona.acr
      const recent = rule.maxAge === undefined || persona.signedInFor <= rule.maxAge
      return outcome(strong && recent)
    }
    case 'check': {
      const known = subject.check(rule.name, persona)
      return known === undefined ? 'unknown' : outcome(known)
    }
    case 'all': {
      const outcomes = rule.rules.map((each) => evaluate(each, persona, subject))
      if (outcomes.includes('fails')) return 'fails'
      return outcomes.includes('unknown') ? 'unknown' : 'passes'
    }
  }
}

const outcome = (passes: boolean): Outcome => (passes ? 'passes' : 'fails')
