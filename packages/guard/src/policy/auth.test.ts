import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Auth, createGuard, currentAuth, permission, role } from '../adapters/node/index.ts'
import { createTestIssuer } from '../testing/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const options = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() }
const token = issuer.sign({ sub: 'ada', roles: ['admin'], scope: 'posts:read' })

let server: Server | undefined
afterEach(() => server?.close())

/** Asks twice with the same token, at each path in turn; gives what the handlers found. */
async function seenBy(
  routes: Readonly<Record<string, Parameters<typeof createServer>[1] & {}>>,
): Promise<void> {
  server = createServer((request, response) => routes[request.url ?? '']?.(request, response))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const path of [...Object.keys(routes), ...Object.keys(routes)]) {
    await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } })
  }
}

describe('what handlers are given of a caller', () => {
  test('cannot be changed, for the next request with the same token is given it, too', async () => {
    const guard = createGuard(options)
    const seen: (Auth | undefined)[] = []
    const handler = guard()((request, response) => {
      seen.push(request.auth)
      response.end()
    })
    await seenBy({ '/': handler })
    expect(seen[0]).toMatchObject({ user: { id: 'ada' }, decision: { allowed: true, rule: 'signed in' } })
    expect(seen.every(Object.isFrozen)).toBe(true)
    expect(Object.isFrozen(seen[0]?.user)).toBe(true)
  })

  test('names the rule that let them in at each route, whichever was asked before', async () => {
    const guard = createGuard(options)
    const seen: (string | undefined)[] = []
    const tell = (): number => seen.push(currentAuth()?.decision.rule)
    await seenBy({
      '/admin': guard(role('admin'))((_request, response) => {
        tell()
        response.end()
      }),
      '/posts': guard(permission('posts:read'))((_request, response) => {
        tell()
        response.end()
      }),
    })
    expect(seen).toEqual([
      "role('admin')",
      "permission('posts:read')",
      "role('admin')",
      "permission('posts:read')",
    ])
  })

  test('holds what was looked up for this request, and nothing from an earlier one', async () => {
    let asked = 0
    const guard = createGuard({
      ...options,
      authority: () => ({ roles: ['admin', `asked ${++asked}`], permissions: [] }),
    })
    const seen: (readonly string[] | undefined)[] = []
    const handler = guard(role('admin'))((request, response) => {
      seen.push(request.user.roles)
      response.end()
    })
    await seenBy({ '/': handler })
    expect(seen).toEqual([
      ['admin', 'asked 1'],
      ['admin', 'asked 2'],
    ])
  })
})
