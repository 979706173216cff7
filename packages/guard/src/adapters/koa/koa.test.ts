import { createServer } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import Koa from 'koa'
import { expect, test } from 'vitest'
import { createTestIssuer } from '../../testing/index.ts'
import { listening } from '../testing/app.ts'
import { createGuard } from './index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })

async function read(body: (revoke: () => void) => unknown): Promise<{ text: string; errors: unknown[] }> {
  let revoked = false
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: 'lounge',
    jwks: issuer.jwks(),
    revocation: { standing: () => (revoked ? 'revoked' : 'good'), close: () => {} },
  })
  const errors: unknown[] = []
  const app = new Koa()
  app.on('error', (error) => errors.push(error))
  app.use(guard.stream())
  app.use((context) => {
    context.body = body(() => {
      revoked = true
    })
  })
  const handle = app.callback()
  const server = createServer((request, response) => void handle(request, response))
  const { url, close } = await listening(server, () => guard.close())
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${issuer.sign()}` } })
    const text = await response.text().catch((error: Error) => `cut: ${error.message}`)
    return { text, errors }
  } finally {
    await close()
  }
}

test('a body that the guard ends is whole, its source is closed, and Koa hears of no error', async () => {
  const source = new PassThrough()
  const answer = await read((revoke) => {
    source.write('data: tick\n\n')
    revoke()
    return source
  })
  expect(answer).toEqual({ text: 'data: tick\n\n', errors: [] })
  expect(source.destroyed).toBe(true)
})

test('a web stream is ended likewise', async () => {
  let cancelled = false
  const answer = await read((revoke) => {
    revoke()
    return new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: tick\n\n')),
      cancel: () => {
        cancelled = true
      },
    })
  })
  expect(answer).toEqual({ text: 'data: tick\n\n', errors: [] })
  expect(cancelled).toBe(true)
})

test('a body that ends by itself is whole, and one that fails is cut', async () => {
  expect(await read(() => Readable.from(['a', 'b']))).toEqual({ text: 'ab', errors: [] })
  const failing = await read(() =>
    Readable.from(
      (async function* () {
        yield 'a'
        await new Promise((resolve) => setImmediate(resolve))
        throw new Error('the disk is gone')
      })(),
    ),
  )
  expect(failing.text).not.toBe('a')
  expect(failing.errors[0]).toMatchObject({ message: 'the disk is gone' })
})
