import type { InspectedRoute } from './chain.ts'
import { withParts } from './manifest-rule.ts'
import { printPattern } from './pattern.ts'
import { place } from './registration.ts'

/** Parameters that no rule of an owned route mentions. */
export function unmentioned({ effective, parameters }: InspectedRoute): string[] {
  const owned = withParts(effective?.rules ?? []).flatMap((rule) => (rule.kind === 'own' ? [rule.param] : []))
  return owned.length === 0 ? [] : parameters.filter((name) => !owned.includes(name))
}

/** What a reviewer should know about a declared route, in sentences. */
export function notesOf(route: InspectedRoute): string[] {
  const { effective, parameters, chain, target } = route
  if (effective === undefined) return []
  const ruled = effective.kind === 'guarded' || effective.kind === 'shared'
  const owned = withParts(effective.rules).some(({ kind }) => kind === 'own')
  const notes: string[] = []
  if (ruled && parameters.length > 0 && !owned) notes.push('reaches every id')
  for (const name of unmentioned(route)) notes.push(`parameter :${name} is not mentioned by any rule`)
  if (target.registration.kind === 'files') notes.push('reaches every file below it')
  if (target.registration.kind === 'mount') notes.push('an application whose own routes are not listed')
  for (const { guard, registration, own, ignored } of chain) {
    const { kind } = guard.declaration
    if ((kind === 'open' || kind === 'optional') && ruled && !ignored)
      notes.push(
        `guard.${kind} on ${printPattern(registration.pattern)}${place(guard.source)} has no effect here: another guard runs too`,
      )
    else if (kind === 'open' && !own && !ignored)
      notes.push(`open through ${printPattern(registration.pattern)}`)
  }
  return notes
}
