import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { createGuard } from '../hono/index.ts'
import { endless, guardsOf, later, listening, type Start } from './app.ts'

/** The application on Hono. */
export const startHono: Start = (options) => {
  const guard = createGuard(options)
  const is = {
    ...guardsOf(guard),
  }
  const app = new Hono()
  app.get('/health', is.health, async (c) => c.json(await later()))
  app.get('/feed', is.feed, async (c) => c.json(await later()))
  app.get('/lounge', is.lounge, async (c) => c.json(await later()))
  app.options('/lounge', is.lounge, (c) => c.body(null, 204))
  app.post('/lounge', is.lounge, async (c) => {
    await c.req.json()
    return c.json(await later())
  })
  app.get('/users/:userId', is.user, async (c) => c.json(await later()))
  app.get('/posts/:postId', is.post, async (c) => c.json(await later()))
  app.post('/payouts', is.payouts, async (c) => c.json(await later()))
  app.get('/throwing', is.throwing, async (c) => c.json(await later()))
  app.get('/events', is.events, (c) => c.body(endless(), 200, { 'Content-Type': 'text/event-stream' }))
  app.all('/rpc', is.rpc, async (c) => c.json(await later()))
  app.use('/below/*', is.rpc)
  app.all('/below/*', async (c) => c.json(await later()))
  app.all('/ask', is.everyMethod, async (c) => c.json(await later()))
  app.use('/admin/*', is.admin)
  app.get('/admin/stats', async (c) => c.json(await later()))
  return listening(createAdaptorServer({ fetch: app.fetch }) as Server, () => guard.close())
}
