import type { Source } from './source.ts'

/** What seal found wrong; `kind` is stable. */
export interface Fault {
  readonly kind: FaultKind
  /** `GET /users/:userId`, or what it is about where that is not a route. */
  readonly subject: string
  readonly source: Source | undefined
  /** What is wrong, in a sentence. */
  readonly detail: string
  /** The line to add or to change. */
  readonly remedy: string
}

export const faultKinds = {
  undeclared: 'Nothing says who may call this route.',
  'ownership-undeclared': 'Any signed-in user may name any id.',
  'parameter-unmentioned': 'Its owner may name any id below what they own.',
  'open-by-wildcard': 'A route is open only because a wildcard above it is.',
  'guard-after-handler': 'The guard comes after the handler, which has answered by then.',
  'guard-never-runs': 'No route lies behind the guard.',
  shadowed: 'An earlier route answers first, so this one and its guard never run.',
  'unknown-parameter': 'A rule is about a parameter that the route does not have.',
  'registered-late': 'A sealed application takes no more routes.',
  unreadable: 'The routes of a part of the application cannot be read.',
} as const

export type FaultKind = keyof typeof faultKinds
