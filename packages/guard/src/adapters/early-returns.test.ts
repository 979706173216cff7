import 'reflect-metadata'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { createAdaptorServer } from '@hono/node-server'
import {
  All,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Module,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { methodOverride } from 'hono/method-override'
import { afterEach, describe, expect, test } from 'vitest'
import { GuardCore } from '../core.ts'
import type { GuardOptions } from '../options.ts'
import type { Plan } from '../policy/plan.ts'
import type { Auth } from '../policy/types.ts'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard as expressGuard, role } from './express/index.ts'
import { createGuard as fastifyGuard } from './fastify/index.ts'
import { createGuard as honoGuard } from './hono/index.ts'
import { createGuard as nestGuard } from './nest/index.ts'
import { NodeFacts } from './node-facts.ts'
import { handled, later, listening, type Running, whoAmI } from './testing/app.ts'
import { call } from './testing/call.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const options: GuardOptions = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() }
const express4 = createRequire(import.meta.url)('express4') as typeof express
const ada = { headers: [['Authorization', `Bearer ${issuer.sign({ sub: 'ada' })}`]] } as const
const forged = { user: { id: 'root', roles: ['admin'] } } as unknown as Auth

let running: Running | undefined
afterEach(() => running?.close())

/** What a stranger tries on a path, with the statuses that came. */
async function statuses(port: number, path: string): Promise<number[]> {
  const before = handled.times
  const asking = ['Access-Control-Request-Method', 'POST'] as const
  const found: number[] = []
  for (const headers of [[], [asking], [['Origin', 'https://app.test'], asking]] as const) {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'TRACE']) {
      found.push((await call(port, path, { method, headers })).status)
      found.push((await call(port, path, { method, headers, body: '{"malformed' })).status)
    }
  }
  expect(handled.times, 'a handler ran').toBe(before)
  return [...new Set(found)].sort()
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
] as const)('%s', (_name, version) => {
  const answer: express.RequestHandler = (_request, response, next) => {
    later().then((body) => response.json(body), next)
  }

  test('a mounted application behind a guard is behind it for every method', async () => {
    const guard = expressGuard(options)
    const inner = version()
    inner.all('/stats', answer)
    const app = version()
    app.use('/admin', guard(role('admin')), inner)
    running = await listening(createServer(app), () => guard.close())
    expect(await statuses(running.port, '/admin/stats')).toEqual([204, 401])
  })

  test('a method that was overridden in front of a guard changes nothing', async () => {
    const guard = expressGuard(options)
    const app = version()
    app.use((request, _response, next) => {
      request.method = request.get('x-http-method-override') ?? request.method
      next()
    })
    app.all('/rpc', guard(role('admin')), answer)
    running = await listening(createServer(app), () => guard.close())
    const before = handled.times
    for (const method of ['OPTIONS', 'HEAD', 'DELETE', 'X']) {
      const headers = [
        ['X-HTTP-Method-Override', method],
        ['Access-Control-Request-Method', 'POST'],
        ['Origin', 'https://app.test'],
      ] as const
      expect((await call(running.port, '/rpc', { method: 'POST', headers, body: '{}' })).status).not.toBe(200)
    }
    expect(handled.times).toBe(before)
  })

  test('an error in front of a guard ends in an error handler, which has no way to the handler', async () => {
    const guard = expressGuard({ ...options, onError: () => {} })
    const app = version()
    app.use(version.json())
    app.all('/rpc', guard(role('admin')), answer)
    const onError: express.ErrorRequestHandler = (_error, _request, response, _next) => {
      response.status(400).end()
    }
    app.use(onError)
    running = await listening(createServer(app), () => guard.close())
    expect(await statuses(running.port, '/rpc')).toEqual([204, 400, 401])
  })

  test('a stranger on an optional route has no user, whatever was left on the request', async () => {
    const guard = expressGuard(options)
    const app = version()
    app.use((request, _response, next) => {
      Object.assign(request, { ...forged, auth: forged })
      next()
    })
    app.get('/feed', guard.optional('strangers see posts'), (request, response) => {
      response.json({ user: request.user ?? null, auth: request.auth ?? null, ...whoAmI() })
    })
    running = await listening(createServer(app), () => guard.close())
    expect((await call(running.port, '/feed')).body).toEqual({ user: null, auth: null, current: null })
  })
})

describe('Fastify', () => {
  test('HEAD, not-found and error handlers are no way past a guard', async () => {
    const guard = fastifyGuard(options)
    const app = fastify()
    await app.register(guard.plugin)
    app.addHook('onRequest', guard(role('admin')))
    app.get('/rpc', later)
    app.setNotFoundHandler(later)
    app.setErrorHandler((_error, _request, reply) => reply.code(400).send())
    await app.listen({ port: 0, host: '127.0.0.1' })
    running = await listening(app.server, () => guard.close())
    expect(await statuses(running.port, '/rpc')).toEqual([204, 401])
    expect(await statuses(running.port, '/nowhere')).toEqual([204, 401])
  })

  test('what something wrote to request.auth is nobody to currentUser', async () => {
    const guard = fastifyGuard(options)
    const app = fastify()
    await app.register(guard.plugin)
    app.addHook('onRequest', (request, _reply, done) => {
      request.auth = forged
      done()
    })
    app.get('/open', { onRequest: guard.open('a probe') }, later)
    app.get('/bare', later)
    app.get('/feed', { onRequest: guard.optional('strangers see posts') }, (request) => ({
      auth: request.auth,
      ...whoAmI(),
    }))
    await app.register(async (inner) => {
      inner.addHook('onRequest', guard.optional('strangers see posts'))
      inner.get('/inner', { onRequest: guard.open('a probe') }, later)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    running = await listening(app.server, () => guard.close())
    for (const path of ['/open', '/bare']) {
      expect((await call(running.port, path)).body).toEqual({ current: null })
    }
    expect((await call(running.port, '/feed')).body).toEqual({ auth: null, current: null })
    // the caller of a guard further out is nobody's on a route that looks at no token
    expect((await call(running.port, '/inner', ada)).body).toEqual({ current: null })
  })
})

describe('Hono', () => {
  test('a mounted application and an overridden method are no way past a guard', async () => {
    const guard = honoGuard(options)
    const app = new Hono()
    app.use('/rpc', methodOverride({ app, header: 'X-HTTP-Method-Override' }))
    app.use('/legacy/*', guard(role('admin')))
    app.mount('/legacy', async () => Response.json(await later()))
    app.all('/rpc', guard(role('admin')), async (c) => c.json(await later()))
    running = await listening(createAdaptorServer({ fetch: app.fetch }) as Server, () => guard.close())
    expect(await statuses(running.port, '/legacy/anything')).toEqual([204, 401])
    const before = handled.times
    const headers = [
      ['X-HTTP-Method-Override', 'OPTIONS'],
      ['Origin', 'https://app.test'],
    ] as const
    const asking = [...headers, ['Access-Control-Request-Method', 'POST']] as const
    for (const each of [headers, asking]) {
      const { status } = await call(running.port, '/rpc', { method: 'POST', headers: each, body: '{}' })
      expect([204, 401]).toContain(status)
    }
    expect(handled.times).toBe(before)
  })
})

describe('NestJS', () => {
  class Lounge {
    all() {
      return later()
    }
    probe() {
      return later()
    }
  }
  /** Leaves something on the request in front of the guards of methods, as foreign code might. */
  class Leaves implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      Object.assign(context.switchToHttp().getRequest<object>(), { auth: forged, user: forged.user })
      return true
    }
  }
  const decorate = (name: 'all' | 'probe', ...decorators: MethodDecorator[]): void => {
    const descriptor = Object.getOwnPropertyDescriptor(Lounge.prototype, name)
    if (descriptor === undefined) throw new Error(`${name} is not there`)
    for (const each of decorators) each(Lounge.prototype, name, descriptor)
  }

  test('what something wrote to request.auth is nobody to currentUser, and no way past a guard', async () => {
    const Guarded = nestGuard(options)
    decorate('all', All('rpc'), Guarded(role('admin')))
    decorate('probe', Get('probe'), Guarded.open('a probe'))
    UseGuards(new Leaves())(Lounge)
    Controller()(Lounge)
    class App {}
    Module({ controllers: [Lounge] })(App)
    const app = await NestFactory.create(App, { logger: false })
    await app.listen(0, '127.0.0.1')
    running = await listening(app.getHttpServer() as Server, () => Guarded.close())
    expect((await call(running.port, '/probe')).body).toEqual({ current: null })
    expect(await statuses(running.port, '/rpc')).toEqual([204, 400, 401])
  })

  test('what is not HTTP is refused, by an open declaration as well', () => {
    const Guarded = nestGuard(options)
    for (const decorator of [Guarded(), Guarded.optional('strangers'), Guarded.open('a probe')]) {
      class Gateway {}
      decorator(Gateway)
      const guards = Reflect.getMetadata('__guards__', Gateway) as CanActivate[]
      const contexts = ['ws', 'rpc', 'graphql'].map((type) => ({ getType: () => type }))
      for (const context of contexts) {
        expect(guards.map((guard) => guard.canActivate(context as ExecutionContext))).toEqual([false])
      }
    }
    Guarded.close()
  })
})

test('a plan that is missing by mistake lets nobody in', () => {
  const core = new GuardCore(options)
  const request = { method: 'GET', rawHeaders: [], headers: {} }
  const facts = new NodeFacts(request, request as never, {})
  expect(() => core.decide(undefined as unknown as Plan, facts)).toThrow(TypeError)
  core.close()
})

test('an authority that answers with nothing is no way in, and nothing is thrown', async () => {
  for (const answer of [() => null, async () => null, async () => ({})]) {
    const core = new GuardCore({ ...options, authority: answer as never, onError: () => {} })
    const { plan } = core.guarded([role('admin')])
    const rawHeaders = ada.headers.flat()
    const facts = new NodeFacts({}, { method: 'GET', rawHeaders, headers: {} } as never, {})
    expect((await core.decide(plan, facts)).decision.allowed).toBe(false)
    core.close()
  }
})
