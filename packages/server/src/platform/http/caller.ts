import type { Caller, PlatformContext, SecurityEvent } from '../context.ts'

/** The part of Hono's context that is used here. */
interface Request {
  readonly req: { header(name: string): string | undefined }
  get(name: 'clientAddress'): string
  set(name: 'securityEvent', event: SecurityEvent): void
}

/** The context for one request, which tells services where the request came from. */
export function calledBy<C extends PlatformContext>(c: Request, ctx: C): C {
  const caller: Caller = {
    address: c.get('clientAddress'),
    userAgent: c.req.header('User-Agent'),
    acceptLanguage: c.req.header('Accept-Language'),
    note: (event: SecurityEvent) => c.set('securityEvent', event),
  }
  return { ...ctx, caller }
}
