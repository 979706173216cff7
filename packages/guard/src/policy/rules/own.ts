import { ConfigurationError } from '../../errors.ts'
import type { MaybePromise } from '../../verify/types.ts'
import { type Attempt, after } from '../attempt.ts'
import { type RuleKind, requireName } from './kind.ts'

export type OwnerLoader<Native = unknown> = (
  id: string,
  request: Native,
) => MaybePromise<string | number | bigint | null | undefined>

export interface OwnRule {
  readonly kind: 'own'
  readonly param: string
  readonly load?: OwnerLoader<never>
}

export interface OwnInManifest {
  readonly kind: 'own'
  readonly param: string
  /** Whether the application looks the owner up; else the parameter is the user's own id. */
  readonly loaded: boolean
}

/**
 * Allows the owner of what a route parameter names: the parameter equals the token's `sub`, or the owner's id that the
 * loader returns for it does.
 *
 * Only equal, non-empty strings match: a missing, null or array value never does. A loader may also return an integer.
 *
 * @example
 * app.get('/users/:userId', guard(own('userId'), role('admin')), showUser)
 * app.delete('/posts/:postId', guard(own('postId', (id) => posts.ownerOf(id))), removePost)
 */
export function own<Native = unknown>(param: string, load?: OwnerLoader<Native>): OwnRule {
  const rule: OwnRule = load === undefined ? { kind: 'own', param } : { kind: 'own', param, load }
  ownKind.validate(rule)
  return rule
}

export const ownKind: RuleKind<OwnRule, OwnInManifest> = {
  members: { kind: true, param: true, load: true },
  validate({ param, load }) {
    requireName('own', param)
    if (load !== undefined && typeof load !== 'function')
      throw new ConfigurationError(`own('${param}'): the loader is not a function.`)
  },
  owns: ({ param }) => param,
  cost: ({ load }) => (load === undefined ? 0 : 3),
  attempt: ({ param, load }) => (load === undefined ? isSubject(param) : isOwner(param, load)),
  toManifest: ({ param, load }) => ({ kind: 'own', param, loaded: load !== undefined }),
  form: { param: 'text', loaded: 'flag' },
  print: ({ param, loaded }) => (loaded ? `own('${param}', …)` : `own('${param}')`),
}

const isSubject =
  (param: string): Attempt =>
  ({ identity, facts, native }) =>
    native && isId(identity.user.id) && facts.param(param) === identity.user.id

const isOwner =
  (param: string, load: OwnerLoader<never>): Attempt =>
  ({ identity, facts, native }) => {
    const id = facts.param(param)
    if (!native || !isId(id) || !isId(identity.user.id)) return false
    return after(load(id, facts.native as never), (owner) => ownerId(owner) === identity.user.id)
  }

const isId = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** An owner's id as a token would have it; what is neither a string nor a whole number owns nothing. */
function ownerId(owner: unknown): string | undefined {
  if (typeof owner === 'string') return owner === '' ? undefined : owner
  return Number.isSafeInteger(owner) || typeof owner === 'bigint' ? String(owner) : undefined
}
