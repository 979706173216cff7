export { endEverySession, endOneSession, endOtherSessions, sessionsOf } from './end-sessions.ts'
export { requireOrigin, setRefreshCookie } from './refresh-cookie.ts'
export { refresh, type TokenAnswer, tokenAnswer } from './service.ts'
export { audienceFields, showSession, tokenFields, withoutRefreshToken } from './shapes.ts'
