import 'reflect-metadata'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import fastifyCors from '@fastify/cors'
import { createAdaptorServer } from '@hono/node-server'
import koaCors from '@koa/cors'
import Router from '@koa/router'
import { All, Controller, HttpCode, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import cors from 'cors'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { cors as honoCors } from 'hono/cors'
import Koa from 'koa'
import { afterEach, describe, expect, test } from 'vitest'
import type { GuardOptions } from '../options.ts'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard as expressGuard } from './express/index.ts'
import { createGuard as fastifyGuard } from './fastify/index.ts'
import { createGuard as honoGuard } from './hono/index.ts'
import { type GuardedState, createGuard as koaGuard } from './koa/index.ts'
import { createGuard as nestGuard } from './nest/index.ts'
import { createGuard as nodeGuard } from './node/index.ts'
import { handled, later, listening, type Running } from './testing/app.ts'
import { browse } from './testing/browser.ts'
import { call } from './testing/call.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const options: GuardOptions = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() }
const origin = 'https://app.test'

/** Where the middleware stands; `hands on` is in front, and leaves preflights to what comes next. */
type Place = 'in front' | 'behind' | 'hands on'
type Start = (place: Place) => Promise<Running>

const express4 = createRequire(import.meta.url)('express4') as typeof express

const onExpress =
  (version: typeof express): Start =>
  async (place) => {
    const guard = expressGuard(options)
    const app = version()
    const middleware = cors({ origin, preflightContinue: place === 'hands on' })
    if (place !== 'behind') app.use(middleware)
    app.use('/vip', guard())
    if (place === 'behind') app.use(middleware)
    app.all('/vip', (_request, response, next) => {
      later().then((body) => response.json(body), next)
    })
    await guard.seal(app)
    return listening(createServer(app), () => guard.close())
  }

const onFastify: Start = async (place) => {
  const guard = fastifyGuard(options)
  const app = fastify()
  await app.register(guard.plugin)
  const register = () =>
    app.register(fastifyCors, { origin: [origin], methods: '*', preflightContinue: place === 'hands on' })
  if (place === 'behind') {
    app.addHook('onRequest', guard())
    await register()
    app.all('/vip', later)
  } else {
    await register()
    app.all('/vip', { onRequest: guard() }, later)
  }
  await guard.seal(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return listening(app.server, () => guard.close())
}

const onHono: Start = async (place) => {
  const guard = honoGuard(options)
  const app = new Hono()
  if (place === 'in front') app.use(honoCors({ origin }))
  if (place === 'hands on') {
    app.use(async (c, next) => {
      c.header('Access-Control-Allow-Origin', origin)
      c.header('Access-Control-Allow-Methods', 'PUT')
      c.header('Access-Control-Allow-Headers', 'authorization, content-type')
      await next()
    })
  }
  app.use('/vip', guard())
  if (place === 'behind') app.use(honoCors({ origin }))
  app.all('/vip', async (c) => c.json(await later()))
  await guard.seal(app)
  return listening(createAdaptorServer({ fetch: app.fetch }) as Server, () => guard.close())
}

const onKoa: Start = async (place) => {
  const guard = koaGuard(options)
  const app = new Koa()
  const router = new Router<GuardedState>()
  const middleware = koaCors({ origin })
  if (place === 'in front') app.use(middleware)
  if (place === 'hands on') {
    app.use((context, next) => {
      context.set('Access-Control-Allow-Origin', origin)
      context.set('Access-Control-Allow-Methods', 'PUT')
      context.set('Access-Control-Allow-Headers', 'authorization, content-type')
      return next()
    })
  }
  const answer: Koa.Middleware<GuardedState> = async (context) => {
    context.body = await later()
  }
  if (place === 'behind') router.all('/vip', guard(), middleware, answer)
  else router.all('/vip', guard(), answer)
  app.use(router.routes())
  await guard.seal(app)
  const handle = app.callback()
  return listening(
    createServer((request, response) => void handle(request, response)),
    () => guard.close(),
  )
}

const onNest: Start = async (place) => {
  const Guarded = nestGuard(options)
  class Vip {
    all() {
      return later()
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Vip.prototype, 'all')
  for (const decorate of [All('vip'), Guarded(), HttpCode(200)])
    decorate(Vip.prototype, 'all', descriptor as TypedPropertyDescriptor<unknown>)
  Controller()(Vip)
  class App {}
  Module({ controllers: [Vip] })(App)
  const app = await NestFactory.create(App, { logger: false })
  if (place !== 'behind') app.enableCors({ origin, preflightContinue: place === 'hands on' })
  await Guarded.seal(app)
  await app.listen(0, '127.0.0.1')
  return listening(app.getHttpServer() as Server, () => Guarded.close())
}

const onNode: Start = async (place) => {
  const guard = nodeGuard(options)
  const middleware = cors({ origin, preflightContinue: place === 'hands on' })
  const answer = (response: { end(text: string): unknown }) =>
    later().then((body) => response.end(JSON.stringify(body)))
  const behind = guard()((request, response) => middleware(request, response, () => answer(response)))
  const plain = guard()((_request, response) => answer(response))
  const server = createServer((request, response) => {
    if (place === 'behind') behind(request, response)
    else middleware(request, response, () => plain(request, response))
  })
  return listening(server, () => guard.close())
}

let running: Running | undefined
afterEach(() => running?.close())

const frameworks: Readonly<Record<string, Start>> = {
  'cors on Express 5': onExpress(express),
  'cors on Express 4': onExpress(express4),
  '@fastify/cors': onFastify,
  'hono/cors': onHono,
  '@koa/cors': onKoa,
  "Nest's enableCors": onNest,
  'cors on node:http': onNode,
}

describe.each(Object.entries(frameworks))('%s', (_name, start) => {
  const authorization = () => `Bearer ${issuer.sign({ sub: 'ada' })}`
  const put = () => ({ method: 'PUT', headers: { Authorization: authorization() }, body: '{}' })

  test.each(['in front', 'hands on'] as const)(
    '%s of the guard, pages of its origin call and read, refusals too; others do not',
    async (place) => {
      running = await start(place)
      const { port } = running
      expect(await browse(origin, port, '/vip', put())).toEqual({
        seen: 'an answer',
        status: 200,
        body: { current: 'ada' },
      })
      const forged = { ...put(), headers: { Authorization: 'Bearer x.y.z' } }
      expect(await browse(origin, port, '/vip', forged)).toMatchObject({
        seen: 'an answer',
        status: 401,
        body: { code: 'token_malformed' },
      })
      const before = handled.times
      expect(await browse('https://evil.test', port, '/vip', put())).toEqual({ seen: 'a refused preflight' })
      expect(handled.times).toBe(before)
    },
  )

  test('behind the guard, no page gets past its preflight, and other clients are served', async () => {
    running = await start('behind')
    const { port } = running
    const before = handled.times
    expect(await browse(origin, port, '/vip', put())).toEqual({ seen: 'a refused preflight' })
    expect(handled.times).toBe(before)
    const headers = [['Authorization', authorization()]] as const
    expect(await call(port, '/vip', { method: 'PUT', headers, body: '{}' })).toMatchObject({ status: 200 })
  })
})

test('a page that no middleware allows learns nothing, whatever it asks', async () => {
  const guard = nodeGuard(options)
  const server = createServer(guard()((_request, response) => response.end()))
  running = await listening(server, () => guard.close())
  for (const headers of [{}, { Authorization: 'Bearer x.y.z' }]) {
    const seen = await browse(origin, running.port, '/', { method: 'POST', headers, body: '{}' })
    expect(seen).toEqual({ seen: 'a refused preflight' })
  }
})
