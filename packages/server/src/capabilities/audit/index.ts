export { auditRoutes } from './routes.ts'
export { type AuditEntry, type AuditEvent, listEvents, record } from './service.ts'
