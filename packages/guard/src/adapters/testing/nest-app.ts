import 'reflect-metadata'
import type { Server } from 'node:http'
import { All, Controller, Get, HttpCode, Module, Options, Post, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Response } from 'express'
import { createGuard, type GuardDecorator } from '../nest/index.ts'
import { guardsOf, later, listening, type Start, writeEvents } from './app.ts'

/** The application on NestJS; decorators are called as the functions that they are. */
export const startNest: Start = async (options) => {
  const Guarded = createGuard(options)
  const is = guardsOf(Guarded)
  class Routes {}
  class AdminRoutes {}
  class BelowRoutes {}
  const route = (
    target: object,
    name: string,
    handler: () => unknown,
    ...decorators: MethodDecorator[]
  ): void => {
    Object.defineProperty(target, name, { value: handler, configurable: true })
    const descriptor = Object.getOwnPropertyDescriptor(target, name)
    if (descriptor === undefined) throw new Error(`${name} is not there`)
    for (const decorate of decorators) decorate(target, name, descriptor)
  }
  const at = (name: string, decorate: MethodDecorator, guarded: GuardDecorator, status = 200): void =>
    route(Routes.prototype, name, () => later(), decorate, guarded, HttpCode(status))

  at('health', Get('health'), is.health)
  at('feed', Get('feed'), is.feed)
  at('lounge', Get('lounge'), is.lounge)
  at('options_lounge', Options('lounge'), is.lounge)
  at('post_lounge', Post('lounge'), is.lounge)
  at('user', Get('users/:userId'), is.user)
  at('post', Get('posts/:postId'), is.post)
  at('payouts', Post('payouts'), is.payouts)
  at('throwing', Get('throwing'), is.throwing)
  at('rpc', All('rpc'), is.rpc)
  at('ask', All('ask'), is.everyMethod)
  const events = (response: Response): void => {
    response.setHeader('Content-Type', 'text/event-stream')
    writeEvents(response)
  }
  route(Routes.prototype, 'events', events as () => unknown, Get('events'), is.events)
  Res()(Routes.prototype, 'events', 0)
  Controller()(Routes)

  route(AdminRoutes.prototype, 'stats', () => later(), Get('stats'))
  is.admin(AdminRoutes)
  Controller('admin')(AdminRoutes)

  route(BelowRoutes.prototype, 'below', () => later(), All(['', '*rest']))
  is.rpc(BelowRoutes)
  Controller('below')(BelowRoutes)

  class App {}
  Module({ controllers: [Routes, AdminRoutes, BelowRoutes] })(App)
  const app = await NestFactory.create(App, { logger: false })
  await app.listen(0, '127.0.0.1')
  return listening(app.getHttpServer() as Server, () => Guarded.close())
}
