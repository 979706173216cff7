import type { ManifestRule } from '../manifest.ts'
import type { Persona } from '../persona.ts'
import { outcome, type ProvenKind } from './kind.ts'

type StepUp = Extract<ManifestRule, { kind: 'stepUp' }>

export const stepUp: ProvenKind<StepUp> = {
  evaluate(rule, persona) {
    const recent = rule.maxAge === undefined || persona.signedInFor <= rule.maxAge
    return outcome(recent && isStrong(rule, persona.acr))
  },
  describe: () => 'a fresh, strong sign-in',
  meet: (rule, persona) =>
    rule.acr === undefined || (persona.acr !== undefined && isStrong(rule, persona.acr))
      ? persona
      : { ...persona, acr: rule.acr },
  weaken: (rule, persona) => [...weaker(rule, persona), ...older(rule, persona)],
  deniesWhenStale: true,
  isAsStrict: (rule, other) =>
    accepted(rule).every((acr) => isStrong(other, acr)) &&
    (rule.maxAge ?? Number.POSITIVE_INFINITY) <= (other.maxAge ?? Number.POSITIVE_INFINITY),
}

/** Whether a sign-in is the one that is asked for, or a stronger one. */
function isStrong({ acr, acrOrder = [] }: StepUp, signedInBy: string | undefined): boolean {
  if (acr === undefined || acr === signedInBy) return true
  if (signedInBy === undefined || !acrOrder.includes(acr)) return false
  return acrOrder.indexOf(signedInBy) > acrOrder.indexOf(acr)
}

/** Each sign-in that a rule accepts; `undefined` stands for any. */
function accepted({ acr, acrOrder = [] }: StepUp): readonly (string | undefined)[] {
  return acr !== undefined && acrOrder.includes(acr) ? acrOrder.slice(acrOrder.indexOf(acr)) : [acr]
}

/** A value that no issuer uses, and each one that the order has before the one asked for. */
function weaker({ acr, acrOrder = [] }: StepUp, persona: Persona): Persona[] {
  if (acr === undefined) return []
  return [
    { ...persona, name: `${persona.name}, acr too weak`, acr: 'prove-weak' },
    ...acrOrder
      .slice(0, Math.max(0, acrOrder.indexOf(acr)))
      .map((weak) => ({ ...persona, name: `${persona.name}, acr only ${weak}`, acr: weak })),
  ]
}

const older = ({ maxAge }: StepUp, persona: Persona): Persona[] =>
  maxAge === undefined
    ? []
    : [{ ...persona, name: `${persona.name}, signed in too long ago`, signedInFor: maxAge + 3600 }]
