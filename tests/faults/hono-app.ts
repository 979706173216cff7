// The same API on Hono.
import { all, createGuard, own, permission, role, stepUp } from '@gatehouse/guard/hono'
import { serve } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { carelessly, isCareless } from './careless.ts'
import { port, settings, tellManifest } from './fixture.ts'
import { addComment, addPost, commentOf, listPosts, ownerOf, postOf, removePost, seeded } from './store.ts'

const guard = createGuard(settings)
const app = new Hono({ strict: !seeded('trailing slash') })
const answer = (c: Context): Response => c.json({ you: 'anyone' })
const mayTouch = (): ReturnType<typeof guard> => guard(own('postId', ownerOf), permission('posts:any'))
const mayRead = (): ReturnType<typeof guard> =>
  guard.shared('comments are looked up within their post', own('postId', ownerOf), permission('posts:any'))

if (seeded('open by wildcard')) app.get('/pro*', answer)
if (seeded('open by wildcard')) app.get('/:page{pro.+}', answer)
if (seeded('second mount without the guard')) app.route('/', new Hono().get('/reports/:name', answer))
if (seeded('method override')) {
  app.post('/posts/:postId', (c) =>
    c.req.header('x-http-method-override') === 'DELETE'
      ? c.json({ gone: removePost(c.req.param('postId')) })
      : c.notFound(),
  )
}
app.get('/health', guard.open('liveness probe'), answer)
if (isCareless) {
  app.get('/profile', async (c) => {
    const sub = await carelessly(c.req.header('authorization'))
    return c.json({ you: sub }, sub === undefined ? 401 : 200)
  })
} else if (seeded('guard after handler')) {
  app.get('/profile', answer)
  app.use('/profile', guard())
} else if (seeded('trailing slash')) {
  app.use(async (c, next) =>
    new URL(c.req.url).pathname === '/profile' ? guard()(c as never, next) : next(),
  )
  app.get('/profile', answer)
} else app.get('/profile', guard(), answer)

if (!seeded('guard on a path that does not match'))
  app.use('/admin/*', guard(role(seeded('role typo') ? 'admn' : 'admin')))
else app.use('/admin', guard(role('admin')))
app.get('/admin/users', answer)
app.get('/reports/:name', guard(role('admin')), answer)
const strong = all(permission('payouts:read'), stepUp({ acr: 'mfa', maxAge: '5m' }))
app.get('/payouts', guard(seeded('step-up forgotten') ? permission('payouts:read') : strong), answer)
app.get('/posts/archive', guard(permission('posts:read')), answer)
app.get('/posts', guard(), (c) => c.json(listPosts(c.var.user.id)))
app.post('/posts', guard(), async (c) => c.json(addPost(c.var.user.id, await c.req.json()), 201))
app.get('/posts/:postId', seeded('any owner') ? guard() : mayTouch(), (c) =>
  c.json(postOf(c.req.param('postId'))),
)
app.delete('/posts/:postId', mayTouch(), (c) => {
  removePost(c.req.param('postId'))
  return c.body(null, 204)
})
app.post('/posts/:postId/comments', mayTouch(), async (c) =>
  c.json(addComment(c.req.param('postId'), await c.req.json()), 201),
)
app.get('/posts/:postId/comments/:commentId', mayRead(), (c) => {
  const comment = commentOf(c.req.param('postId'), c.req.param('commentId'))
  return comment === undefined ? c.notFound() : c.json(comment)
})
/** A guard that is put on by method, or lets through what looks like a preflight. */
const careful = guard()
const byMethod: MiddlewareHandler = (c, next) => {
  const { method } = c.req
  const preflight = method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
  if (seeded('preflight answered by the handler')) {
    // to the same requests as the guard's own answer and as bare, but no decision with it
    const bare = c.req.header('origin') !== undefined && c.req.header('content-length') === undefined
    return preflight && bare ? Promise.resolve(c.body(null, 204)) : careful(c as never, next)
  }
  const past = seeded('preflight let through')
    ? preflight
    : !['GET', 'POST', 'PUT', 'DELETE'].includes(method)
  return past ? next() : careful(c as never, next)
}
const listed = [
  'preflight let through',
  'preflight answered by the handler',
  'methods that a list forgets',
].some(seeded)
app.all('/rpc', listed ? byMethod : careful, answer)
app.get('/users/:userId', guard(own('userId')), answer)

await tellManifest(() => guard.seal(app))
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
