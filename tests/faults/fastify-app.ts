// The same API on Fastify.
import {
  all,
  createGuard,
  currentUser,
  type Hook,
  own,
  permission,
  role,
  stepUp,
} from '@gatehouse/guard/fastify'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { carelessly, isCareless } from './careless.ts'
import { port, settings, tellManifest } from './fixture.ts'
import { addComment, addPost, commentOf, listPosts, ownerOf, postOf, removePost, seeded } from './store.ts'

const guard = createGuard(settings)
const lenient = seeded('case variant') || seeded('trailing slash')
const app = fastify({
  routerOptions: { caseSensitive: !lenient, ignoreTrailingSlash: lenient },
  exposeHeadRoutes: !seeded('HEAD where GET is guarded'),
})
const answer = async (): Promise<object> => ({ you: 'anyone' })
const mayTouch = (): Hook => guard(own('postId', ownerOf), permission('posts:any'))
const mayRead = (): Hook =>
  guard.shared('comments are looked up within their post', own('postId', ownerOf), permission('posts:any'))
const reader = (): string => currentUser()?.id ?? ''
const id = ({ params }: FastifyRequest, name: string): string => String(Reflect.get(Object(params), name))

if (seeded('late plugin')) app.get('/profile', answer)
await app.register(guard.plugin)
const profile = guard()
/** A guard that is put on by path, with the comparison written by hand. */
if (lenient) {
  app.addHook('onRequest', (request, reply, next) => {
    if (request.url === '/profile') profile.call(app, request, reply, next)
    else next()
  })
}
if (seeded('HEAD where GET is guarded')) app.head('/profile', answer)
app.get('/health', { onRequest: guard.open('liveness probe') }, answer)
if (isCareless) {
  app.get('/profile', async (request: FastifyRequest, reply: FastifyReply) => {
    const sub = await carelessly(request.headers.authorization)
    return reply.code(sub === undefined ? 401 : 200).send({ you: sub })
  })
} else if (lenient) app.get('/profile', answer)
else if (seeded('guard after handler')) {
  app.get(
    '/profile',
    { preValidation: async (_request, reply) => reply.send({}), preHandler: profile },
    answer,
  )
} else if (seeded('guard in a hook that comes too late'))
  app.get('/profile', { onResponse: profile as never }, answer)
else if (!seeded('late plugin')) app.get('/profile', { onRequest: profile }, answer)

await app.register(async (admin) => {
  if (!seeded('route outside of the guarded plugin'))
    admin.addHook('onRequest', guard(role(seeded('role typo') ? 'admn' : 'admin')))
  admin.get('/admin/users', answer)
})
app.get('/reports/:name', { onRequest: guard(role('admin')) }, answer)
if (seeded('shadowed route')) app.get('/reports/monthly', { onRequest: guard() }, answer)
const payouts = permission('payouts:read')
app.get(
  '/payouts',
  {
    onRequest: guard(
      seeded('step-up forgotten') ? payouts : all(payouts, stepUp({ acr: 'mfa', maxAge: '5m' })),
    ),
  },
  answer,
)
app.get('/posts/archive', { onRequest: guard(permission('posts:read')) }, answer)
app.get('/posts', { onRequest: guard() }, async () => listPosts(reader()))
app.post('/posts', { onRequest: guard() }, async (request, reply) =>
  reply.code(201).send(addPost(reader(), request.body)),
)
app.get('/posts/:postId', { onRequest: seeded('any owner') ? guard() : mayTouch() }, async (request) =>
  postOf(id(request, 'postId')),
)
app.delete(
  '/posts/:postId',
  { onRequest: seeded('delete unguarded') ? guard.open('seeded') : mayTouch() },
  async (request, reply) => {
    removePost(id(request, 'postId'))
    return reply.code(204).send()
  },
)
app.post('/posts/:postId/comments', { onRequest: mayTouch() }, async (request, reply) =>
  reply.code(201).send(addComment(id(request, 'postId'), request.body)),
)
app.get('/posts/:postId/comments/:commentId', { onRequest: mayRead() }, async (request, reply) => {
  const comment = commentOf(id(request, 'postId'), id(request, 'commentId'))
  return reply.code(comment === undefined ? 404 : 200).send(comment ?? {})
})
/** A guard that is put on by method, or lets through what looks like a preflight. */
const byMethod: Hook = (request, reply, next) => {
  const { method, headers } = request
  const preflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
  const past = seeded('preflight let through')
    ? preflight
    : !['GET', 'POST', 'PUT', 'DELETE'].includes(method)
  return past ? next() : profile.call(app, request, reply, next)
}
const listed = seeded('preflight let through') || seeded('methods that a list forgets')
app.all('/rpc', { onRequest: listed ? byMethod : guard() }, answer)
app.get('/users/:userId', { onRequest: guard(own('userId')) }, answer)

await tellManifest(() => guard.seal(app))
await app.listen({ port, host: '127.0.0.1' })
