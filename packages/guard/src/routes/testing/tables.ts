import type { Rule } from '../../policy/rules/index.ts'
import type { Declaration } from '../declared.ts'
import { braces, everythingBelow, parsePath } from '../pattern.ts'
import type { Ends, Registration, RouteTable, Step } from '../registration.ts'

/** Tables as a reader would make them, for tests of the model alone. */
export function tableOf(registrations: readonly Registration[], framework = 'express'): RouteTable {
  return { framework, ordered: true, registrations, unreadable: [] }
}

export const handler: Step = { kind: 'function', name: 'handler', ends: 'always' }
export const middleware = (name: string, ends: Ends = 'maybe'): Step => ({ kind: 'function', name, ends })

export const guarded = (...rules: readonly Rule[]): Step =>
  guardStep({ kind: 'guarded', rules: rules.length === 0 ? [{ kind: 'signedIn' }] : rules })
export const open = (reason: string): Step => guardStep({ kind: 'open', reason })
export const shared = (reason: string, ...rules: readonly Rule[]): Step =>
  guardStep({ kind: 'shared', rules: rules.length === 0 ? [{ kind: 'signedIn' }] : rules, reason })

const guardStep = (declaration: Declaration): Step => ({
  kind: 'guard',
  declaration,
  source: { file: 'app.ts', line: 1 },
})

export const role = (name: string): Rule => ({ kind: 'role', role: name })
export const all = (...rules: readonly Rule[]): Rule => ({ kind: 'all', rules })
export const own = (param: string): Rule => ({ kind: 'own', param })

const patternOf = (path: string, sensitive: boolean): Registration['pattern'] =>
  parsePath(path, braces(sensitive))[0] ?? { segments: [] }

/** `route('GET', '/users/:id', guarded(own('id')), handler)` */
export const route = (method: string, path: string, ...steps: readonly Step[]): Registration => ({
  kind: 'route',
  method,
  pattern: patternOf(path, false),
  steps,
  scope: [],
  identity: {},
})

/** A layer in front of everything below a path. */
export const layer = (path: string, ...steps: readonly Step[]): Registration => ({
  kind: 'layer',
  method: 'ALL',
  pattern: everythingBelow(patternOf(path, false)),
  steps,
  scope: [],
})
