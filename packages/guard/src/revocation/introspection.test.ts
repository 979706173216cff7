import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { introspection } from './introspection.ts'

let answer: { status: number; body: string }
let questions: { authorization: string | undefined; body: string }[]
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    questions.push({ authorization: request.headers.authorization, body })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  })
})

beforeEach(async () => {
  answer = { status: 200, body: '{"active":true}' }
  questions = []
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const ask = (extra: { cacheFor?: number; cacheSize?: number } = {}) =>
  introspection({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`,
    credentials: { clientId: 'my api', clientSecret: 'a:b' },
    onError: () => {},
    ...extra,
  })

test('asks the issuer once for several requests with the same token, as RFC 7662 says', async () => {
  const source = ask()
  expect(await Promise.all([source.standing({}, 'k', 'tok+en'), source.standing({}, 'k', 'tok+en')])).toEqual(
    ['good', 'good'],
  )
  expect(source.standing({}, 'k', 'tok+en')).toBe('good')
  expect(questions).toEqual([
    {
      authorization: `Basic ${Buffer.from('my+api:a%3Ab').toString('base64')}`,
      body: 'token=tok%2Ben&token_type_hint=access_token',
    },
  ])
})

test('treats an inactive token as revoked', async () => {
  answer.body = '{"active":false}'
  expect(await ask().standing({}, 'k', 'token')).toBe('revoked')
})

test('a missing or meaningless answer counts as stale, and is not cached', async () => {
  const source = ask()
  for (const bad of [
    { status: 500, body: '{"active":true}' },
    { status: 200, body: '{"active":"yes"}' },
    { status: 200, body: 'x' },
    { status: 200, body: 'null' },
    { status: 200, body: `"${'x'.repeat(70_000)}"` },
  ]) {
    answer = bad
    expect(await source.standing({}, 'k', 'token')).toBe('stale')
  }
  answer = { status: 200, body: '{"active":true}' }
  expect(await source.standing({}, 'k', 'token')).toBe('good')
  expect(source.standing({}, 'k')).toBe('stale')
})

test('bounds the cache by evicting the oldest answer', async () => {
  const source = ask({ cacheSize: 2 })
  for (const token of ['a', 'b', 'c', 'a']) await source.standing({}, 'k', token)
  expect(questions.length).toBe(4)
  expect(source.standing({}, 'k', 'c')).toBe('good')
})
