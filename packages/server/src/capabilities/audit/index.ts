export { type AuditAction, auditActions } from './actions.ts'
export { noteFailure, writeFailures } from './failures.ts'
export { type AuditEntry, type AuditEvent, listEvents, type Origin, record, sweepAudit } from './service.ts'
export { Tallies } from './tally.ts'
