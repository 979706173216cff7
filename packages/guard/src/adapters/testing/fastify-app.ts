import fastify from 'fastify'
import { createGuard } from '../fastify/index.ts'
import { guardsOf, later, listening, type Start, writeEvents } from './app.ts'

/** The application on Fastify. */
export const startFastify: Start = async (options) => {
  const guard = createGuard(options)
  const is = guardsOf(guard)
  const app = fastify()
  await app.register(guard.plugin)
  app.get('/health', { onRequest: is.health }, later)
  app.get('/feed', { onRequest: is.feed }, later)
  app.get('/lounge', { onRequest: is.lounge }, later)
  app.options('/lounge', { onRequest: is.lounge }, later)
  app.post('/lounge', { onRequest: is.lounge }, later)
  app.get('/users/:userId', { onRequest: is.user }, later)
  app.get('/posts/:postId', { onRequest: is.post }, later)
  app.post('/payouts', { onRequest: is.payouts }, later)
  app.get('/throwing', { onRequest: is.throwing }, later)
  app.get('/events', { onRequest: is.events }, (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
    writeEvents(reply.raw)
  })
  app.all('/rpc', { onRequest: is.rpc }, later)
  app.all('/ask', { onRequest: is.everyMethod }, later)
  await app.register(async (below) => {
    below.addHook('onRequest', is.rpc)
    below.all('/below', later)
    below.all('/below/*', later)
  })
  await app.register(async (admin) => {
    admin.addHook('onRequest', is.admin)
    admin.get('/admin/stats', later)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return listening(app.server, () => guard.close())
}
