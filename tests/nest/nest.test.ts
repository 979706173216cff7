import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Compiled, compile } from '../docs/compile.ts'
import { type Served, serve } from '../docs/serve.ts'
import { posts } from './program.ts'

const issuer = createTestIssuer({ audience: 'posts' })
let listening: Awaited<ReturnType<typeof issuer.listen>>
let compiled: Compiled
let app: Served
beforeAll(async () => {
  listening = await issuer.listen({ feed: true })
  compiled = await compile([posts])
  app = await serve(compiled.fileOf(posts), {
    GATEHOUSE_ISSUER: issuer.issuer,
    GATEHOUSE_AUDIENCE: 'posts',
  })
}, 120_000)
afterAll(async () => {
  await app.close()
  await compiled.remove()
  await listening.close()
})

const ada = (claims: Record<string, unknown> = {}): string =>
  issuer.sign({ sub: 'ada', username: 'ada', ...claims })

test('a decorated method lets in who meets its rules', async () => {
  expect(await app.get('/posts')).toMatchObject({ status: 200 })
  expect(await app.get('/posts', 'nonsense')).toMatchObject({
    status: 401,
    body: { code: 'token_malformed' },
  })
  expect(await app.get('/posts/of/ada', ada())).toEqual({ status: 200, body: { text: 'ada', by: 'ada' } })
  expect(await app.get('/posts/of/bob', ada())).toMatchObject({ status: 403, body: { code: 'rule_not_met' } })
  expect(await app.get('/posts/of/bob', ada({ roles: ['admin'] }))).toMatchObject({ status: 200 })
})

test('an injected service knows the caller after a body was read', async () => {
  const write = (token: string): Promise<Response> =>
    fetch(`${app.url}/posts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'hello' }),
    })
  expect((await write(ada())).status).toBe(403)
  const written = await write(ada({ scope: 'posts:write' }))
  expect(written.status).toBe(201)
  expect(await written.json()).toEqual({ text: 'hello', by: 'ada' })
})

test('server-sent events end when the session is revoked', async () => {
  const headers = { authorization: `Bearer ${ada({ sid: 's1' })}` }
  const response = await fetch(`${app.url}/posts/events`, { headers })
  const reader = response.body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  listening.revoke({ sid: 's1' })
  let done = false
  while (!done) done = (await reader?.read())?.done ?? true
  expect(await app.get('/posts/of/ada', ada({ sid: 's1' }))).toMatchObject({
    status: 401,
    body: { code: 'token_revoked' },
  })
  expect(await app.get('/posts/of/ada', ada({ sid: 's2' }))).toMatchObject({ status: 200 })
})
