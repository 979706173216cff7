import { Secret, TOTP } from 'otpauth'
import { sealSecret } from '../capabilities/factors/totp.ts'
import type { Context } from '../context.ts'
import { newId } from '../platform/crypto/ids.ts'
import type { TestServer } from './server.ts'

/** An authenticator app, as its owner holds it. */
export interface TestApp {
  readonly id: string
  /** The code that it shows at the server's time, or so many steps of 30 seconds later. */
  code(later?: number): string
}

/** The authenticator app that was set up with an `otpauth:` address. */
export function appFor(server: TestServer, { id, secret }: { id: string; secret: string }): TestApp {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  return { id, code: (later = 0) => totp.generate({ timestamp: server.ctx.clock.now() + later * 30_000 }) }
}

/** Enrols an authenticator app, and confirms it; then the time moves on, so that its next code is good. */
export async function enrolApp(
  server: TestServer,
  token: string,
): Promise<{ app: TestApp; recoveryCodes: string[] }> {
  const begun = await server.request('POST', '/users/me/factors/totp', { token, body: {} })
  if (begun.status !== 201) throw new Error(`enrolling: ${begun.status} ${begun.text}`)
  const app = appFor(server, begun.body)
  const path = `/users/me/factors/totp/${app.id}/confirm`
  const confirmed = await server.request('POST', path, { token, body: { totp: app.code() } })
  if (confirmed.status !== 200) throw new Error(`confirming: ${confirmed.status} ${confirmed.text}`)
  server.ctx.clock.advance(30_000)
  return { app, recoveryCodes: confirmed.body.recovery_codes ?? [] }
}

const addedSecret = Secret.fromBase32('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')

/** Adds an authenticator app of a known secret to a user, without a request; returns its id. */
export async function addApp(
  ctx: Context,
  userId: string,
  { confirmed }: { confirmed: boolean },
): Promise<string> {
  const [id, now] = [newId(ctx.clock), ctx.clock.now()]
  const row = {
    id,
    user_id: userId,
    kind: 'totp',
    name: 'Phone',
    created_at: now,
    confirmed_at: confirmed ? now : null,
    secret_sealed: sealSecret(ctx, id, addedSecret.bytes),
  } as const
  await ctx.db.insertInto('factors').values(row).execute()
  return id
}

/** The code that an app which `addApp` added shows now. */
export const codeOfAddedApp = (): string => new TOTP({ secret: addedSecret }).generate()
