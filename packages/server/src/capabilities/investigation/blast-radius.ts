import type { Manifest, ManifestRule } from '@gatehouse/guard/manifest'
import type { Context } from '../../context.ts'
import { getUser, type User } from '../accounts/index.ts'
import { type AuditEvent, listEvents } from '../audit/index.ts'
import { type KeyDescription, listKeys } from '../keys/index.ts'
import { authorityOf } from '../roles/index.ts'
import { findKeptSession, type KeptSession, sessionsUsed } from '../sessions/index.ts'
import { grantOfTokenId } from '../tokens/index.ts'

/** What may be in the wrong hands. */
export interface Suspect {
  readonly kind: 'session' | 'user' | 'token' | 'key'
  /** A session's id, a user's id or name, a token's `jti`, or a key's `kid`. */
  readonly id: string
}

/** A route that the suspect's tokens pass, as the manifest of its application has it. */
export interface ReachableRoute {
  readonly method: string
  readonly path: string
  /** The allowed callers, in a line. */
  readonly rule: string
}

/** What a suspect could reach, and did. */
export interface BlastRadius {
  readonly suspect: Suspect
  readonly key: KeyDescription | undefined
  /** Sessions concerned, the newest of them; those that have ended stay known for a month. */
  readonly sessions: readonly KeptSession[]
  readonly moreSessions: boolean
  /** Users concerned, with what they hold now. */
  readonly users: readonly (User & { readonly permissions: readonly string[] })[]
  /** For each manifest, the routes that any of these users passes. */
  readonly reach: readonly { readonly manifest: string; readonly routes: readonly ReachableRoute[] }[]
  /** Audit events that were caused with it, the newest of them. */
  readonly touched: readonly AuditEvent[]
  readonly moreTouched: boolean
}

/** The maximum number of sessions and of events that are listed. */
const listed = 100

/**
 * Finds out what a suspect could reach (by the roles and permissions of now, and the manifests of the APIs), and what it
 * touched (by the audit log). Undefined where there is no such suspect, or none that is still known.
 */
export async function blastRadius(
  ctx: Context,
  suspect: Suspect,
  manifests: readonly { readonly name: string; readonly manifest: Manifest }[] = [],
): Promise<BlastRadius | undefined> {
  const found = await sessionsOf(ctx, suspect)
  if (found === undefined) return undefined
  const { sessions, key, userId } = found
  const shown = sessions.slice(0, listed)
  const ids = userId === undefined ? [...new Set(shown.map((session) => session.userId))] : [userId]
  const users = (await Promise.all(ids.map((id) => described(ctx, id)))).filter((user) => user !== undefined)
  const events = await eventsOf(ctx, userId, shown)
  return {
    suspect,
    key,
    sessions: shown,
    moreSessions: sessions.length > listed,
    users,
    reach: manifests.map(({ name, manifest }) => ({ manifest: name, routes: reachable(manifest, users) })),
    touched: events.slice(0, listed),
    moreTouched: events.length > listed,
  }
}

async function sessionsOf(
  ctx: Context,
  { kind, id }: Suspect,
): Promise<{ sessions: KeptSession[]; key?: KeyDescription; userId?: string } | undefined> {
  const always = { from: 0, until: Number.MAX_SAFE_INTEGER }
  if (kind === 'key') {
    const key = (await listKeys(ctx)).find(({ kid, use }) => kid === id && use === 'token')
    if (key === undefined) return undefined
    const until = Math.min(key.signsUntil ?? always.until, key.revokedAt ?? always.until)
    return { key, sessions: await sessionsUsed(ctx, { from: key.signsFrom, until }, listed + 1) }
  }
  if (kind === 'user') {
    return { userId: id, sessions: await sessionsUsed(ctx, { userId: id, ...always }, listed + 1) }
  }
  const sessionId = kind === 'session' ? id : grantOfTokenId(id)
  const session = sessionId === undefined ? undefined : await findKeptSession(ctx, sessionId)
  return session && { sessions: [session] }
}

async function described(
  ctx: Context,
  id: string,
): Promise<(User & { permissions: readonly string[] }) | undefined> {
  const user = await getUser(ctx, id)
  if (user === undefined) return undefined
  const { permissions } = await authorityOf(ctx, { kind: 'user', id })
  return { ...user, permissions }
}

/** The newest events of a user, or of sessions; one more than are listed tells that there are more. */
async function eventsOf(
  ctx: Context,
  userId: string | undefined,
  sessions: readonly KeptSession[],
): Promise<AuditEvent[]> {
  if (userId !== undefined)
    return (await listEvents(ctx, { limit: listed + 1 }, { actor: userId })).items.slice()
  const pages = await Promise.all(
    sessions.map(({ id }) => listEvents(ctx, { limit: listed + 1 }, { grant: id })),
  )
  return pages.flatMap(({ items }) => items).sort((one, other) => other.at - one.at)
}

type Holder = Pick<User, 'roles'> & { readonly permissions: readonly string[] }

function reachable(manifest: Manifest, users: readonly Holder[]): ReachableRoute[] {
  return manifest.routes
    .filter(({ kind }) => kind !== 'open')
    .filter(
      ({ rules }) => rules.length === 0 || users.some((user) => rules.some((rule) => passes(rule, user))),
    )
    .map(({ method, path, printed }) => ({ method, path, rule: printed }))
}

/** Whether somebody may pass; what depends on the request, or on when they signed in, counts as passed. */
function passes(rule: ManifestRule, { roles, permissions }: Holder): boolean {
  switch (rule.kind) {
    case 'role':
      return roles.includes(rule.role)
    case 'permission':
      return permissions.includes(rule.permission)
    case 'all':
      return rule.rules.every((part) => passes(part, { roles, permissions }))
    default:
      return true
  }
}
