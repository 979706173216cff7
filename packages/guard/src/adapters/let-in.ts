import type { Auth } from '../policy/types.ts'

/** Where a request keeps whom the last guard let in: `request.auth` is anybody's to write. */
export const letInKey: unique symbol = Symbol('gatehouse.letIn')

export interface LetIn {
  [letInKey]?: Auth | undefined
}

/** Remembers whom a guard let in; undefined for a stranger, and on open routes. */
export function letIn(request: object, auth: Auth | undefined): void {
  ;(request as LetIn)[letInKey] = auth
}

/** Whom the last guard let in; nobody where none ran. */
export const whoIsIn = (request: object): Auth | undefined => (request as LetIn)[letInKey]
