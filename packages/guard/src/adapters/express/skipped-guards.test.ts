import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import express5, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestIssuer } from '../../testing/index.ts'
import { listening, type Running } from '../testing/app.ts'
import { type Answered, call } from '../testing/call.ts'
import { createGuard, own, role } from './index.ts'

const express4 = createRequire(import.meta.url)('express4') as typeof express5
const issuer = createTestIssuer({ audience: 'lounge' })
const guard = createGuard({ issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() })
const bearer = (claims: object): [string, string] => [
  'Authorization',
  `Bearer ${issuer.sign({ sub: 'ada', ...claims })}`,
]

let running: Running | undefined
afterEach(() => running?.close())

/** An error handler that logs and goes on: what it does wrong is the application's, whom it lets in is the guard's. */
const recover: ErrorRequestHandler = (_error, _request, _response, next) => next()
const recoverLater: ErrorRequestHandler = (_error, _request, _response, next) => {
  setImmediate(() => next())
}
const recoverByRequest: ErrorRequestHandler = (_error, request, _response, _next) => request.next?.()
const leaveRoute: ErrorRequestHandler = (_error, _request, _response, next) => next('route')
const twice: ErrorRequestHandler = (_error, _request, _response, next) => {
  next()
  next()
}
const secret: RequestHandler = (request, response) => {
  if (!response.headersSent) response.json({ secret: true, user: request.user?.id, url: request.url })
}

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
] as const)('%s: an error handler that goes on', (_name, express) => {
  async function start(build: (app: express5.Express) => void): Promise<Running> {
    const app = express()
    build(app)
    await guard.seal(app)
    running = await listening(createServer(app), () => {})
    return running
  }
  const malformed = (path: string, headers: [string, string][] = []): Promise<Answered> =>
    call(running?.port ?? 0, path, { method: 'POST', headers, body: '{"malformed' })

  test.each([
    ['at once', recover],
    ['later', recoverLater],
    ['by request.next', recoverByRequest],
    ['to the next route', leaveRoute],
    ['twice', twice],
  ])('does not let a stranger past a guard in front of it: %s', async (_how, handler) => {
    await start((app) => {
      app.use(express.json(), guard(), handler)
      app.post('/secret', secret)
    })
    expect(await malformed('/secret')).toMatchObject({ status: 401, body: { code: 'no_token' } })
    expect(await malformed('/secret', [bearer({})])).toMatchObject({
      status: 200,
      body: { secret: true, user: 'ada', url: '/secret' },
    })
  })

  test('does not let a stranger past the guard of a route', async () => {
    await start((app) => app.post('/secret', express.json(), guard(), recover, secret))
    expect((await malformed('/secret')).status).toBe(401)
    expect((await malformed('/secret', [bearer({})])).body).toMatchObject({ user: 'ada' })
  })

  test('runs every guard that was skipped, with the parameters of its own path', async () => {
    await start((app) => {
      app.use(express.json())
      app.use('/users/:userId', guard(own('userId')))
      app.use(guard(role('member')))
      app.use(recover)
      app.post('/users/:userId', secret)
    })
    const member = bearer({ roles: ['member'] })
    expect((await malformed('/users/ada')).status).toBe(401)
    expect((await malformed('/users/bob', [member])).status).toBe(403)
    expect((await malformed('/users/ada', [bearer({})])).status).toBe(403)
    expect(await malformed('/users/ada', [member])).toMatchObject({
      status: 200,
      body: { secret: true, url: '/users/ada' },
    })
  })

  test('lets nobody past a guard that a second error went round', async () => {
    await start((app) => {
      app.use(express.json(), recover)
      app.use((_request, _response, next) => next(new Error('a second one')))
      app.use(guard(role('admin')))
      app.use(((error, _request, _response, next) => next(error)) satisfies ErrorRequestHandler)
      app.use(recover)
      app.post('/secret', secret)
    })
    expect((await malformed('/secret')).status).toBe(401)
    expect((await malformed('/secret', [bearer({})])).status).toBe(403)
    expect((await malformed('/secret', [bearer({ roles: ['admin'] })])).status).toBe(200)
  })

  test('answers the error itself as before', async () => {
    await start((app) => {
      app.use(express.json(), guard())
      app.post('/secret', secret)
      app.use(((_error, _request, response, _next) => {
        response.status(400).json({ code: 'malformed' })
      }) satisfies ErrorRequestHandler)
    })
    expect(await malformed('/secret')).toMatchObject({ status: 400, body: { code: 'malformed' } })
  })
})
