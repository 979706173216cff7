import type { Auth } from '../policy/types.ts'

/** Where a request keeps the caller whom the last guard allowed: anything may write to `request.auth`. */
export const letInKey: unique symbol = Symbol('gatehouse.letIn')

export interface LetIn {
  [letInKey]?: Auth | undefined
}

/** Remembers the caller whom a guard allowed; undefined for a stranger, and on open routes. */
export function letIn(request: object, auth: Auth | undefined): void {
  ;(request as LetIn)[letInKey] = auth
}

/** The caller whom the last guard allowed; undefined where none ran. */
export const whoIsIn = (request: object): Auth | undefined => (request as LetIn)[letInKey]
