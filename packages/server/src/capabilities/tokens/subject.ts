import type { Context } from '../../context.ts'
import { type ClientGrant, type Grant, underCeiling } from '../../grant.ts'
import { findGrant } from '../grants/index.ts'
import { assignSequences, currentSequence } from '../revocations/index.ts'
import { viewUser } from './store.ts'

/** What a token says about its subject, and the sequence number of the feed from which on a change makes it bad. */
export interface TokenSubject {
  /** Absent for a client. */
  readonly username?: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly sequence: number
}

/**
 * Looks up what a token of a grant says: what its subject holds now, cut by the ceiling. A role stands for more than a
 * ceiling names, so tokens under a ceiling have none. Undefined for a subject that is gone or disabled.
 *
 * A revocation with a higher sequence number makes the token bad, and one with a lower number is known to what was
 * looked up: so what is in view without a number gets one first, else the token would be older than a change that it
 * already reflects.
 */
export async function lookUpSubject(ctx: Context, grant: Grant): Promise<TokenSubject | undefined> {
  if (grant.kind === 'client') return lookUpClient(ctx, grant)
  let view = await viewUser(ctx.db, grant.subject)
  if (view?.incomplete === true) {
    await assignSequences(ctx)
    view = await viewUser(ctx.db, grant.subject)
  }
  if (view === undefined || view.disabled) return undefined
  const { username, roles, permissions, sequence } = view
  const { ceiling } = grant
  if (ceiling === undefined) return { username, roles, permissions, sequence }
  return { username, roles: [], permissions: underCeiling(permissions, ceiling), sequence }
}

/** A client holds what its grant says now, read after the sequence number. */
async function lookUpClient(ctx: Context, { id, subject }: ClientGrant): Promise<TokenSubject | undefined> {
  const sequence = await currentSequence(ctx)
  const grant = await findGrant(ctx, id, subject)
  return grant?.kind === 'client' ? { roles: [], permissions: grant.ceiling, sequence } : undefined
}
