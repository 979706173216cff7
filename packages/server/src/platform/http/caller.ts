import type { Caller, PlatformContext, SecurityEvent } from '../context.ts'
import { type RateLimit, rateLimitHeaders } from '../rate-limit.ts'

/** The part of Hono's context that is used here. */
interface Request {
  readonly req: { header(name: string): string | undefined }
  get(name: 'clientAddress'): string
  set(name: 'securityEvent', event: SecurityEvent): void
  header(name: string, value: string): void
}

/** The context for one request, which tells services where the request came from. */
export function calledBy<C extends PlatformContext>(c: Request, ctx: C): C {
  const caller: Caller = {
    address: c.get('clientAddress'),
    userAgent: c.req.header('User-Agent'),
    acceptLanguage: c.req.header('Accept-Language'),
    note: (event: SecurityEvent) => c.set('securityEvent', event),
    limited: (limit: RateLimit) => {
      for (const [name, value] of Object.entries(rateLimitHeaders(limit))) c.header(name, value)
    },
  }
  return { ...ctx, caller }
}
