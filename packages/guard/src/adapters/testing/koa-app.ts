import { createServer } from 'node:http'
import { PassThrough } from 'node:stream'
import Router from '@koa/router'
import Koa from 'koa'
import { createGuard, type GuardedState } from '../koa/index.ts'
import { guardsOf, later, listening, type Start, writeEvents } from './app.ts'

/** The application on Koa. */
export const startKoa: Start = (options) => {
  const guard = createGuard(options)
  const is = guardsOf(guard)
  const app = new Koa()
  app.on('error', (error: Error) => {
    throw error
  })
  const router = new Router<GuardedState>()
  const answer: Koa.Middleware<GuardedState> = async (context) => {
    context.body = await later()
  }
  const readBody: Koa.Middleware<GuardedState> = async (context, next) => {
    for await (const _chunk of context.req) void _chunk
    await next()
  }
  router.get('/health', is.health, answer)
  router.get('/feed', is.feed, answer)
  router.get('/lounge', is.lounge, answer)
  router.options('/lounge', is.lounge, answer)
  router.post('/lounge', is.lounge, readBody, answer)
  router.get('/users/:userId', is.user, answer)
  router.get('/posts/:postId', is.post, answer)
  router.post('/payouts', is.payouts, answer)
  router.get('/throwing', is.throwing, answer)
  router.get('/events', is.events, (context) => {
    const events = new PassThrough()
    context.set('Content-Type', 'text/event-stream')
    context.body = events
    writeEvents(events)
  })
  router.all('/rpc', is.rpc, answer)
  router.all('/ask', is.everyMethod, answer)
  const below = new Router<GuardedState>({ prefix: '/below' })
  below.use(is.rpc)
  below.all('{/*rest}', answer)
  app.use(below.routes())
  const admin = new Router<GuardedState>({ prefix: '/admin' })
  admin.use(is.admin)
  admin.get('/stats', answer)
  app.use(router.routes())
  app.use(admin.routes())
  const handle = app.callback()
  return listening(
    createServer((request, response) => void handle(request, response)),
    () => guard.close(),
  )
}
