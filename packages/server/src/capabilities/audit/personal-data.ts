import type { Context } from '../../context.ts'
import { inPages, type PersonalData, type PersonalRecord } from '../../personal-data.ts'
import { eraseAuditDetails } from './chain.ts'
import { type AuditEvent, toEvent } from './service.ts'
import { eventsOf } from './store.ts'

/** What the audit log says about a person. */
export const auditData: PersonalData<Context> = {
  parts: [
    {
      name: 'audit_events',
      description:
        'Events that the person caused, then events of others that concern the account. Who the others are, and where they were, is left out.',
      tables: ['audit_events', 'audit_details'],
      async *records({ db }, { id: userId }) {
        for (const side of ['actor', 'target'] as const) {
          const rows = inPages(
            (after, limit) => eventsOf(db, userId, side, after, limit),
            ({ id }) => id,
          )
          for await (const row of rows) yield shown(toEvent(row), userId)
        }
      },
    },
  ],
  erase: (ctx, { id }) => eraseAuditDetails(ctx, id),
}

/** An event as the person may see it: another person's id, address and browser are that person's. */
function shown(event: AuditEvent, userId: string): PersonalRecord {
  const { id, at, actor, action, outcome, target, address, userAgent, count, lastAt, detail } = event
  const isOther = actor !== userId && actor !== 'anonymous' && actor !== 'system'
  return {
    id,
    at: new Date(at).toISOString(),
    actor: isOther ? 'another user' : actor,
    action,
    outcome,
    target,
    address: isOther ? null : address,
    user_agent: isOther ? null : userAgent,
    count,
    last_at: new Date(lastAt).toISOString(),
    detail,
  }
}
