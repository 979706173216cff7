/** Every action that is recorded; docs/audit.md says what each means. */
export const auditActions = [
  'sign_in.succeeded',
  'sign_in.incomplete',
  'sign_in.failed',
  'sign_in.throttled',
  'sign_in.sprayed',
  'sign_up.succeeded',
  'sign_up.throttled',
  'device.first_seen',
  'session.signed_out',
  'session.ended',
  'session.all_ended',
  'session.refresh_token_reused',
  'password.reset',
  'password.failed',
  'password.throttled',
  'factor.added',
  'factor.changed',
  'factor.removed',
  'factor.failed',
  'factor.copied',
  'factor.throttled',
  'recovery_codes.created',
  'recovery_code.used',
  'session.stepped_up',
  'user.created',
  'user.imported',
  'user.planted_removed',
  'user.updated',
  'user.profile',
  'user.roles',
  'user.exported',
  'user.deletion_scheduled',
  'user.deletion_cancelled',
  'user.deleted',
  'email.verified',
  'email.changed',
  'email.restored',
  'email.lookalike',
  'mail.resent',
  'invitation.created',
  'invitation.revoked',
  'invitation.accepted',
  'role.saved',
  'role.deleted',
  'keys.rotated',
  'keys.dropped',
  'keys.resealed',
] as const

export type AuditAction = (typeof auditActions)[number]

/** Refusals, which may come by the million: counted instead of recorded one by one. */
export type FailedAction = Extract<
  AuditAction,
  `${string}.failed` | `${string}.throttled` | `${string}.copied` | `${string}.sprayed`
>

const refusals: ReadonlySet<string> = new Set<AuditAction>([
  'sign_in.failed',
  'sign_in.throttled',
  'sign_in.sprayed',
  'sign_up.throttled',
  'session.refresh_token_reused',
  'password.failed',
  'password.throttled',
  'factor.failed',
  'factor.throttled',
  'factor.copied',
])

export type Outcome = 'success' | 'failure'

/** Every action with this outcome. */
export const actionsWith = (outcome: Outcome): AuditAction[] =>
  auditActions.filter((action) => outcomeOf(action) === outcome)

/** Whether an action was done, or refused. */
export const outcomeOf = (action: string): Outcome => (refusals.has(action) ? 'failure' : 'success')
