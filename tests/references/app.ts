// The ledger behind one of three frameworks (FRAMEWORK); every rule is where it should be, and the fault is in a handler.
import { currentUser, createGuard as expressGuard, own as expressOwn } from '@gatehouse/guard/express'
import { createGuard as fastifyGuard, own as fastifyOwn } from '@gatehouse/guard/fastify'
import { createGuard as honoGuard, own as honoOwn } from '@gatehouse/guard/hono'
import { serve } from '@hono/node-server'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { seeded } from '../faults/store.ts'
import { type Asked, handlers, ownerOfInvoice, ownerOfNote, ownerOfSlug } from './ledger.ts'

const port = Number(process.env['PORT'])
const settings = { revocation: false } as const
/** The routes whose path names what has an owner. */
const loaders: Readonly<Record<string, (id: string) => string | undefined>> = {
  invoiceId: ownerOfInvoice,
  noteId: ownerOfNote,
  slug: (slug) => (seeded('slug unchecked') ? 'prove-owner-2' : ownerOfSlug(slug)),
}
const routes = Object.entries(handlers).map(([name, handle]) => {
  const [method = '', path = ''] = name.split(' ')
  const [, param = ''] = /:(\w+)/.exec(path) ?? []
  return { method, path, param, load: loaders[param], handle }
})

async function onExpress(): Promise<void> {
  const guard = expressGuard(settings)
  const app = express()
  app.use(express.json())
  for (const { method, path, param, load, handle } of routes) {
    const rule = load === undefined ? guard() : guard(expressOwn(param, load))
    const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'patch'
    app[verb](path, rule, (request, response) => {
      const { params, query, body = {} } = request
      const { status, body: answer } = handle({ user: currentUser()?.id ?? '', params, query, body } as Asked)
      response.status(status).json(answer ?? {})
    })
  }
  await guard.seal(app)
  app.listen(port, '127.0.0.1')
}

async function onFastify(): Promise<void> {
  const guard = fastifyGuard(settings)
  const app = Fastify()
  await app.register(guard.plugin)
  for (const { method, path, param, load, handle } of routes) {
    app.route({
      method,
      url: path,
      onRequest: load === undefined ? guard() : guard(fastifyOwn(param, load)),
      handler: async (request, reply) => {
        const { params, query, body } = request
        const { status, body: answer } = handle({
          user: currentUser()?.id ?? '',
          params,
          query,
          body: body ?? {},
        } as Asked)
        return reply.status(status).send(answer ?? {})
      },
    })
  }
  await guard.seal(app)
  await app.listen({ port, host: '127.0.0.1' })
}

async function onHono(): Promise<void> {
  const guard = honoGuard(settings)
  const app = new Hono()
  for (const { method, path, param, load, handle } of routes) {
    app.on(method, path, load === undefined ? guard() : guard(honoOwn(param, load)), async (context) => {
      const body = (await context.req.json().catch(() => ({}))) as Asked['body']
      const { status, body: answer } = handle({
        user: currentUser()?.id ?? '',
        params: context.req.param() as Asked['params'],
        query: context.req.query(),
        body,
      })
      return context.json((answer ?? {}) as object, status as 200)
    })
  }
  await guard.seal(app)
  serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
}

const starts: Readonly<Record<string, () => Promise<void>>> = {
  express: onExpress,
  fastify: onFastify,
  hono: onHono,
}
await starts[process.env['FRAMEWORK'] ?? 'express']?.()
