import 'reflect-metadata'
import Router from '@koa/router'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard as expressGuard } from './express/index.ts'
import { createGuard as fastifyGuard } from './fastify/index.ts'
import { createGuard as honoGuard } from './hono/index.ts'
import { createGuard as koaGuard } from './koa/index.ts'
import { createGuard as nestGuard } from './nest/index.ts'
import { createGuard as webGuard } from './web/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const options = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks(), revocation: false } as const
const thisFile = 'mistakes.test.ts'
const answer = (): void => {}
/** For mistakes that types would catch. */
const untyped = (thing: unknown): never => thing as never

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const messageOf = (sealing: Promise<unknown>): Promise<string> =>
  sealing.then(
    () => '',
    (error: Error) => error.message,
  )

describe('a seal that nobody awaits', () => {
  test('refuses the route that is registered next, on Express, Hono and Koa', async () => {
    const first = expressGuard(options)
    const onExpress = express()
    const sealings = [first.seal(onExpress)]
    expect(() => onExpress.get('/late', (_request, response) => void response.end())).toThrow('GET /late')

    const onHono = new Hono()
    sealings.push(honoGuard(options).seal(onHono))
    expect(() => onHono.get('/late', (c) => c.text(''))).toThrow('GET /late')

    const router = new Router()
    const onKoa = new Koa().use(router.routes())
    sealings.push(koaGuard(options).seal(onKoa))
    expect(() => router.get('/late', answer)).toThrow('GET /late')
    await Promise.all(sealings)
  })

  test('lets Nest listen without registering each route twice', async () => {
    const Guarded = nestGuard(options)
    class Users {
      list(): string[] {
        return []
      }
    }
    decorate(Users, 'list', Get('users'), Guarded())
    const app = await nestApp(Users)
    const sealing = Guarded.seal(app)
    await app.listen(0)
    try {
      expect((await sealing).routes.map(({ path }) => path)).toEqual(['/users'])
    } finally {
      await app.close()
    }
  })
})

describe('a guard that is not called', () => {
  const written = 'Write guard(), with parentheses.'

  test('is named by seal', async () => {
    const app = express()
    const guard = expressGuard(options)
    app.get('/users', untyped(guard), answer)
    app.get('/health', untyped(guard.open), answer)
    const message = await messageOf(guard.seal(app))
    expect(message).toContain(`A guard is handed over without being called, so it guards nothing. ${written}`)
    expect(message).toContain("Write guard.open('why'), with parentheses.")

    const onHono = new Hono()
    onHono.use('/admin/*', untyped(honoGuard(options)))
    onHono.get('/admin/users', (c) => c.text(''))
    expect(await messageOf(honoGuard(options).seal(onHono))).toContain(written)
  })

  test('refuses to run for a request, and to decorate', () => {
    const wrong =
      'A guard is handed over without being called. Write guard() or @Guarded(), with parentheses.'
    const guard: (...args: never[]) => unknown = expressGuard(options)
    const call = (...args: unknown[]) => guard(...(args as never[]))
    expect(() => call({}, {}, answer)).toThrow(wrong)
    expect(() => call(class {}.prototype, 'list', { value: answer })).toThrow(wrong)
    expect(() => call(class Users {})).toThrow(wrong)
    expect(() => call(() => true)).toThrow("write check('name', …)")
  })
})

describe('seal says where the mistake is', () => {
  test('and calls a router that is mounted twice just that', async () => {
    const guard = expressGuard(options)
    const app = express()
    const router = express.Router().get('/things', guard(), (_request, response) => void response.end())
    app.use('/a', router).use('/a', router)
    const message = await messageOf(guard.seal(app))
    expect(message).toContain('It is registered twice, with the same path and handler')
    expect(message).not.toContain('before GET /a/things')
  })

  test('by class and method on Nest, without suspecting functions of Nest’s own', async () => {
    const Guarded = nestGuard(options)
    class Users {
      list(): string[] {
        return []
      }
    }
    decorate(Users, 'list', Get('users'))
    const message = await messageOf(Guarded.seal(await nestApp(Users)))
    expect(message).toContain(
      [
        '  GET /users',
        '      Users.list has neither a rule nor Guarded.open(…).',
        "      Say who may call it: @Guarded()   or, for everybody: @Guarded.open('why')",
      ].join('\n'),
    )
  })

  test('without suspecting the hook of the guard’s own Fastify plugin', async () => {
    const guard = fastifyGuard(options)
    const app = Fastify()
    await app.register(guard.plugin)
    app.get('/users', answer)
    expect(await messageOf(guard.seal(app))).toContain('It has neither a rule nor guard.open(…).\n')
  })

  test('with a stack that begins in the application', async () => {
    const app = express().get('/users', answer)
    const sealed = await expressGuard(options)
      .seal(app)
      .catch((thrown: Error) => thrown)
    expect(sealed).toBeInstanceOf(Error)
    expect(firstFrame(sealed as Error)).toContain(thisFile)
    const mistakes = [
      () => expressGuard({ issuer: 'http://localhost:3000' }),
      () => koaGuard({ secret: 'short' }),
      () => fastifyGuard(options).open(''),
    ]
    for (const mistake of mistakes) expect(firstFrame(thrownBy(mistake))).toContain(thisFile)
  })
})

describe('on the console', () => {
  const call = async (guard: ReturnType<typeof webGuard>, token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` }
    const handler = guard()(() => new Response())
    return (await handler(new Request('http://lounge.test/', { headers }))).status
  }

  test('the first token for another audience, issuer or secret is explained, without any part of it', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(answer)
    const guard = webGuard(options)
    for (const claims of [{ aud: 'orders' }, { aud: 'orders' }, { iss: 'https://evil.test' }])
      expect(await call(guard, issuer.sign(claims))).toBe(401)
    const shared = createTestIssuer({ alg: 'HS256', audience: 'lounge' })
    const other = webGuard({ secret: 'a secret that is long enough for HS256' })
    expect(await call(other, shared.sign({ aud: undefined }, { header: { typ: 'JWT' } }))).toBe(401)
    expect(await call(guard, issuer.sign({ exp: 1 }))).toBe(401)
    expect(warn.mock.calls.flat()).toEqual([
      '[gatehouse] the first token refused with token_audience (later ones are not logged): The token is for another audience. This guard accepts the audience "lounge". Compare `audience` (GATEHOUSE_AUDIENCE) with the audiences of the issuer.',
      `[gatehouse] the first token refused with token_issuer (later ones are not logged): The token comes from another issuer. This guard accepts tokens from "${issuer.issuer}". Compare \`issuer\` (GATEHOUSE_ISSUER) with the issuer's own name, character by character.`,
      '[gatehouse] the first token refused with token_signature (later ones are not logged): The signature of the token does not match. Check that the issuer signs with the same `secret`.',
    ])
  })

  test('nothing is explained to onError, nor while the prover attacks', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(answer)
    const onError = vi.fn()
    await call(webGuard({ ...options, onError }), issuer.sign({ aud: 'orders' }))
    vi.stubEnv('GATEHOUSE_PROVE_NONCE', 'n'.repeat(32))
    await call(webGuard(options), issuer.sign({ aud: 'orders' }))
    expect(onError).not.toHaveBeenCalled()
    expect(warn).not.toHaveBeenCalled()
  })

  test('an issuer that is down is named once, with the reason', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(answer)
    const { issuer: url, close } = await createTestIssuer().listen()
    await close()
    const guard = webGuard({ issuer: url, audience: 'lounge', revocation: false })
    expect(await call(guard, issuer.sign({ iss: url }))).toBe(503)
    expect(warn.mock.calls.flat()).toEqual([
      expect.stringMatching(
        /^\[gatehouse\] the keys of the issuer could not be fetched: http:\S+ does not answer \(.*ECONNREFUSED.*\)\.$/,
      ),
    ])
    guard.close()
  })

  test('a rule that failed at several addresses has a reason', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(answer)
    const guard = webGuard(options)
    const { check } = await import('./web/index.ts')
    const failing = check('owner', () => {
      throw Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })
    })
    const handler = guard(failing)(() => new Response())
    await handler(
      new Request('http://lounge.test/', { headers: { authorization: `Bearer ${issuer.sign()}` } }),
    )
    expect(warn.mock.calls.flat()).toEqual([expect.stringMatching(/threw: ECONNREFUSED$/)])
  })
})

const firstFrame = ({ stack = '' }: Error): string =>
  stack.split('\n').find((line) => /^ +at /.test(line)) ?? ''

function thrownBy(mistake: () => unknown): Error {
  try {
    mistake()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

function decorate(on: { prototype: object }, name: string, ...decorators: MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(on.prototype, name)
  if (descriptor === undefined) throw new Error(name)
  for (const decorator of decorators.reverse()) decorator(on.prototype, name, descriptor)
}

async function nestApp(controller: new () => object) {
  Controller()(controller)
  class App {}
  Module({ controllers: [controller] })(App)
  return NestFactory.create(App, { logger: false })
}
