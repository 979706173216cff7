import type { Person } from '../../config.ts'
import type { Persona } from '../persona.ts'

/** What a rule should decide about a caller: known from the declaration alone, apart from what a `check` decides. */
export type Outcome = 'passes' | 'fails' | 'unknown'

export const outcome = (passes: boolean): Outcome => (passes ? 'passes' : 'fails')

/** What the request is about: the owner of what each route parameter names, and what is known of checks. */
export interface Subject {
  /** Owner's id by route parameter. */
  readonly owners: Readonly<Record<string, string>>
  /** What a `check` decides about a persona, where the configuration says so. */
  check(name: string, persona: Persona): boolean | undefined
}

/** What personas are made from. */
export interface Cast {
  readonly owner: Person
  /** The permissions that a role carries. */
  carriedBy(role: string): readonly string[]
}

/** Everything that one kind of rule means to the prover. `parts` are what the same function returned for each rule inside. */
export interface ProvenKind<Rule> {
  /** The rules inside, where there are any. */
  parts?(rule: Rule): readonly unknown[]
  /** What the rule should decide about a persona. */
  evaluate(rule: Rule, persona: Persona, subject: Subject, parts: readonly Outcome[]): Outcome
  /** How the name of a persona that meets the rule describes it. */
  describe?(rule: Rule): string
  /** Changes a persona so that it meets the rule as well, as far as a token can do that. */
  meet?(rule: Rule, persona: Persona, cast: Cast): Persona
  /** Personas who meet the rule no more. */
  weaken?(rule: Rule, persona: Persona): readonly Persona[]
  /** The role or permission that the rule names. */
  names?(rule: Rule): { readonly what: 'role' | 'permission'; readonly name: string }
  /** The parameter whose owner the rule is about; `loaded` where the application looks the owner up. */
  owns?(rule: Rule): { readonly param: string; readonly loaded: boolean }
  /** The name of the function that decides. */
  checks?(rule: Rule): string
  /** Whether nobody may pass while it cannot be known which sessions have ended. */
  readonly deniesWhenStale?: boolean
  /** Whether every signed-in user meets the rule. */
  readonly admitsAnyone?: boolean
  /** Whether everybody who meets the rule meets `other`, too; without this, only an equal rule does. */
  isAsStrict?(rule: Rule, other: Rule): boolean
}
