import { type Auth, type Authority, createGuard, type Guard } from '@gatehouse/guard/hono'
import { actorOf, ownTokenOptions } from './capabilities/grants/index.ts'
import { authorityOf } from './capabilities/roles/index.ts'
import type { Context } from './context.ts'

const audienceNote = 'This needs a token for this server alone: sign in with its issuer as "audience".'

/**
 * The guard in front of the server's own routes: the same library that APIs use. Signature, issuer, audience and time
 * come from the token; whether its grant is good, and what its subject may do, from the database.
 */
export function serverGuard(ctx: Context): Guard {
  return createGuard({
    ...ownTokenOptions(ctx, ctx.config.issuer),
    authority: (identity) => authority(ctx, identity),
    problem: (_, native) => ({ request_id: requestIdOf(native) }),
    onDecision: (decision) => {
      if (!decision.allowed) ctx.metrics.refused(decision.reason)
    },
  })
}

/** What an actor may do here: nothing with a token that APIs see too; else what the database says now. */
async function authority(ctx: Context, { claims }: Pick<Auth, 'claims'>): Promise<Authority> {
  const actor = await actorOf(ctx, claims)
  if (actor === undefined) return { roles: [], permissions: [] }
  if (!actor.mayUsePower) return { roles: [], permissions: [], note: audienceNote }
  const { roles, permissions } = await authorityOf(ctx, actor)
  return { roles, permissions: permissions.filter((permission) => ctx.instance.permissions.has(permission)) }
}

function requestIdOf(native: unknown): unknown {
  if (typeof native !== 'object' || native === null || !('get' in native)) return undefined
  return typeof native.get === 'function' ? native.get('requestId') : undefined
}
