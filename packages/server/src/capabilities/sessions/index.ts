export type { DeviceHints } from './device.ts'
export { endSession, endSessionOfToken, endSessionsOf, signOutOf } from './end.ts'
export { InvalidRefreshToken, SessionEnded, SessionNotFound } from './errors.ts'
export { createSessionGrants, grantOf } from './grants.ts'
export {
  findKeptSession,
  type KeptSession,
  listSessions,
  liveSession,
  sessionOfPage,
  sessionsUsed,
  sweepSessions,
} from './live.ts'
export { type NewlyOpened, type OpenedSession, openSession } from './open.ts'
export { stepUpSession } from './raise.ts'
export { rotateRefreshToken } from './rotate.ts'
export type { Session, Transport } from './schema.ts'
export { sessionSettings } from './settings.ts'
export { sessionsFrom } from './store.ts'
