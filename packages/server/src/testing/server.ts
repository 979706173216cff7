import { createApp } from '../app.ts'
import { createAccount, setRoles, type User } from '../capabilities/accounts/index.ts'
import { ensureKeys } from '../capabilities/keys/index.ts'
import { ensureRoles, putRole } from '../capabilities/roles/index.ts'
import type { Executor } from '../platform/db/executor.ts'
import { followRevocations } from '../runtime.ts'
import { type TestContext, testContext } from './context.ts'

export const testPassword = 'staple-horse-battery-9'
const system = { kind: 'system' } as const

export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any
}

export interface TestCall {
  token?: string | undefined
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

/** A user with an account, and a token for what they want to do. */
export interface Person {
  readonly user: User
  readonly id: string
  readonly token: string
  readonly refreshToken: string
}

/**
 * The whole server over a test's database, called without a network. With `feed` it follows revocations as a running
 * server does, and must be closed.
 */
export async function testServer(
  db: Executor,
  overrides: Parameters<typeof testContext>[1] = {},
  options: { feed?: boolean } = {},
) {
  const base: TestContext = testContext(db, overrides)
  await ensureRoles(base)
  await ensureKeys(base)
  const following = options.feed === true ? await followRevocations(base) : undefined
  const ctx: TestContext = { ...base, ...following?.ctx, clock: base.clock }
  const app = await createApp(ctx)

  async function request(method: string, path: string, call: TestCall = {}): Promise<TestAnswer> {
    const headers = new Headers(call.headers)
    const content = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
    if (content !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (call.token !== undefined) headers.set('authorization', `Bearer ${call.token}`)
    const init = content === undefined ? { method, headers } : { method, headers, body: content }
    const response = await app.request(path, init)
    const text = await response.text()
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    const body = isJson && text !== '' ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body }
  }

  async function signIn(username: string, audience?: string): Promise<Omit<Person, 'user' | 'id'>> {
    const answer = await request('POST', '/auth/sign-in', {
      body: { username, password: testPassword, audience },
    })
    if (answer.status !== 200) throw new Error(`signing in: ${answer.status} ${answer.text}`)
    return { token: answer.body.token, refreshToken: answer.body.refresh_token }
  }

  /** An account with these roles, signed in for the APIs and self-service. */
  async function member(username: string, roles?: readonly string[]): Promise<Person> {
    const user = await createAccount(ctx, system, { username, password: testPassword, roles })
    return { user, id: user.id, ...(await signIn(username)) }
  }

  /** An account with these roles, signed in for the server alone. */
  async function officer(username: string, roles: readonly string[]): Promise<Person> {
    const user = await createAccount(ctx, system, { username, password: testPassword, roles })
    return { user, id: user.id, ...(await signIn(username, ctx.config.issuer)) }
  }

  return {
    ctx,
    app,
    close: () => following?.feed.close(),
    request,
    signIn,
    member,
    officer,
    admin: (username = 'root') => officer(username, ['admin']),
    role: (name: string, permissions: readonly string[]) => putRole(ctx, system, name, permissions),
    giveRoles: (userId: string, roles: readonly string[]) => setRoles(ctx, system, userId, roles),
  }
}

export type TestServer = Awaited<ReturnType<typeof testServer>>
