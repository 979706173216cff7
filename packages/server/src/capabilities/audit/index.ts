export { type AuditAction, auditActions } from './actions.ts'
export { chainEvents, eraseAuditDetails } from './chain.ts'
export { auditKeys } from './checkpoints.ts'
export { CheckpointInvalid } from './errors.ts'
export { type Exported, exportAudit } from './export.ts'
export { noteFailure, writeFailures } from './failures.ts'
export { sweepAudit } from './retention.ts'
export {
  type AuditEntry,
  type AuditEvent,
  type EventFilter,
  listEvents,
  type Origin,
  record,
} from './service.ts'
export { Tallies } from './tally.ts'
export { type ChainProblem, type Verification, type VerifyOptions, verifyAudit } from './verify.ts'
