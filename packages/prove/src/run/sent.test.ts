import { expect, it } from 'vitest'
import { nonceHeader } from './call.ts'
import { sentRequest, withoutSecrets } from './sent.ts'

const jwt = `eyJhbGciOiJFUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(86)}`

it('shows a request without its credentials and without the nonce of the run', () => {
  const credentials = [
    ['Authorization', `Bearer ${jwt}`],
    ['Cookie', 'sid=secret; other=secret'],
    ['X-Api-Key', 'secret'],
  ] as const
  const sent = sentRequest(
    {
      method: 'POST',
      origin: new URL('http://127.0.0.1:1/base'),
      target: '/base//x',
      headers: [...credentials, [nonceHeader, 'secret'], ['Content-Type', 'application/json']],
      body: JSON.stringify({ title: 'proof', refresh_token: 'secret', password: 'se"cret', copy: jwt }),
    },
    credentials,
  )
  expect(sent).toEqual({
    method: 'POST',
    url: 'http://127.0.0.1:1/base//x',
    headers: [
      ['Authorization', 'Bearer $TOKEN'],
      ['Cookie', '$TOKEN'],
      ['X-Api-Key', '$TOKEN'],
      ['Content-Type', 'application/json'],
    ],
    body: '{"title":"proof","refresh_token":"[removed]","password":"[removed]","copy":"[removed]"}',
  })
})

it('bounds a text, and lets no cut-off secret through', () => {
  expect(withoutSecrets('x'.repeat(500), 100)).toBe(`${'x'.repeat(100)}…`)
  expect(withoutSecrets(`{"token":"${'s'.repeat(50_000)}"}`, 100)).toBe('{"token":"[removed]"')
  expect(withoutSecrets(`token ${jwt.slice(0, 60)}`, 100)).toBe('token [removed]')
})
