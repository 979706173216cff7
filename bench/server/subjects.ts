import { fileURLToPath } from 'node:url'
import { type Server, startServer } from './child.ts'
import { type Client, clientOf } from './load.ts'

/** A server under measurement, and how its users do the same things. */
export interface Subject {
  readonly name: string
  readonly server: Server
  /** Reads one's own record. */
  ownRecord(user: number): Promise<boolean>
  /** Signs in with a password. */
  signIn(user: number): Promise<boolean>
  /** Gets a fresh access token for a session; each user has one of their own. */
  refresh(user: number): Promise<boolean>
  close(): Promise<void>
}

const password = 'staple-horse-battery-9'
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export async function gatehouse(database: string, users: number, core?: number): Promise<Subject> {
  const server = await startServer({
    script: path('./gatehouse.ts'),
    env: {
      DATABASE_URL: database,
      GATEHOUSE_SECRET: 'a secret for measurements, used nowhere else',
      GATEHOUSE_LIMITS: 'off',
      LOG_LEVEL: 'error',
    },
    ready: '/readyz',
    ...(core === undefined ? {} : { core }),
  })
  const client = clientOf(server.url)
  const sessions = await Promise.all(Array.from({ length: users }, (_, user) => signUp(client, user)))
  return {
    name: 'gatehouse',
    server,
    ownRecord: async (user) =>
      (await client.call('GET', '/users/me', { token: sessions[user]?.token ?? '' })).status === 200,
    signIn: async (user) => {
      const answer = await client.call('POST', '/auth/sign-in', {
        body: { username: `bench.${user}`, password },
      })
      return answer.status === 200
    },
    refresh: async (user) => {
      const { status, text } = await client.call('POST', '/auth/refresh', {
        body: { refresh_token: sessions[user]?.refresh_token },
      })
      if (status === 200) sessions[user] = JSON.parse(text) as Tokens
      return status === 200
    },
    async close() {
      client.close()
      await server.stop()
    },
  }
}

interface Tokens {
  token: string
  refresh_token: string
}

async function signUp(client: Client, user: number): Promise<Tokens> {
  const { status, text } = await client.call('POST', '/auth/sign-up', {
    body: { username: `bench.${user}`, password },
  })
  if (status !== 201) throw new Error(`sign-up answered ${status}: ${text}`)
  return JSON.parse(text) as Tokens
}

export async function betterAuth(database: string, users: number, core?: number): Promise<Subject> {
  const server = await startServer({
    script: path('./better-auth.ts'),
    env: { DATABASE_URL: database },
    ready: '/api/auth/ok',
    ...(core === undefined ? {} : { core }),
  })
  const client = clientOf(server.url)
  const email = (user: number): string => `bench.${user}@example.com`
  const tokens = await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      const { status, text } = await client.call('POST', '/api/auth/sign-up/email', {
        body: { email: email(user), password, name: `bench ${user}` },
        headers: { origin: server.url },
      })
      if (status !== 200) throw new Error(`better-auth's sign-up answered ${status}: ${text}`)
      return (JSON.parse(text) as { token: string }).token
    }),
  )
  return {
    name: 'better-auth',
    server,
    ownRecord: async (user) => {
      const { status, text } = await client.call('GET', '/api/auth/get-session', {
        token: tokens[user] ?? '',
      })
      return status === 200 && text !== 'null'
    },
    signIn: async (user) => {
      const answer = await client.call('POST', '/api/auth/sign-in/email', {
        body: { email: email(user), password },
        headers: { origin: server.url },
      })
      return answer.status === 200
    },
    refresh: async (user) =>
      (await client.call('GET', '/api/auth/token', { token: tokens[user] ?? '' })).status === 200,
    async close() {
      client.close()
      await server.stop()
    },
  }
}
