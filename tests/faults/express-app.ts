// A small Express API with one seeded fault, chosen by FAULT; without one it is as it should be. Its manifest says in
// each case what the right application declares: the fault has to be found by calling it.
import { all, createGuard, own, permission, role, stepUp } from '@gatehouse/guard/express'
import express, { type NextFunction, type Request, type Response } from 'express'
import { carelessly, isCareless } from './careless.ts'
import { port, settings, tellManifest } from './fixture.ts'
import { addComment, addPost, commentOf, listPosts, ownerOf, postOf, removePost, seeded } from './store.ts'

const guard = createGuard(settings)
const app = express()
const mayTouch = (): ReturnType<typeof guard> => guard(own('postId', ownerOf), permission('posts:any'))
const mayRead = (): ReturnType<typeof guard> =>
  guard.shared('comments are looked up within their post', own('postId', ownerOf), permission('posts:any'))
const pass = (_request: Request, _response: Response, next: NextFunction): void => next()
const answer = (_request: Request, response: Response): void => void response.json({ you: 'anyone' })
const id = (request: Request, name: string): string => String(request.params[name])

/** Answers before any guard whenever a request looks like this: what a middleware that compares paths amounts to. */
const unguardedWhen = (fault: string, looks: (request: Request) => boolean): void => {
  if (!seeded(fault)) return
  app.use((request, response, next) => (looks(request) ? answer(request, response) : next()))
}
unguardedWhen('trailing slash', ({ path }) => path === '/profile/')
unguardedWhen('case variant', ({ path }) => path === '/PROFILE')
unguardedWhen('encoded path', ({ url }) => url === '/%70rofile')
unguardedWhen('doubled slash', ({ url }) => url === '//profile')
unguardedWhen('method override', ({ path, method, headers }) => {
  const [, postId] = /^\/posts\/(\w+)$/.exec(path) ?? []
  return method === 'POST' && headers['x-http-method-override'] === 'DELETE' && removePost(postId ?? '')
})
app.use(express.json())
if (seeded('open by wildcard')) app.get('/profile{/*rest}', answer)
if (seeded('HEAD where GET is guarded')) app.head('/profile', answer)
if (seeded('second mount without the guard')) app.get('/reports/:name', answer)

app.get('/health', guard.open('liveness probe'), answer)
if (isCareless) {
  app.get('/profile', async (request, response) => {
    const sub = await carelessly(request.headers.authorization)
    response.status(sub === undefined ? 401 : 200).json({ you: sub })
  })
} else if (seeded('guard after handler')) app.get('/profile', answer, guard())
else if (seeded('guard forgotten')) app.get('/profile', answer)
else if (seeded('optional instead of guarded')) app.get('/profile', guard.optional('seeded'), answer)
else app.get('/profile', guard(), (request, response) => void response.json({ you: request.user.id }))

if (seeded('shadowed route')) app.get('/admin/:page', guard(), answer)
const anyone = seeded('any signed-in user where a role is needed')
app.get('/admin/users', anyone ? guard() : guard(role(seeded('role typo') ? 'admn' : 'admin')), answer)
app.get('/reports/:name', guard(role('admin')), answer)
const payouts = permission('payouts:read')
const fresh = seeded('age of the sign-in ignored')
  ? stepUp({ acr: 'mfa' })
  : stepUp({ acr: 'mfa', maxAge: '5m' })
const stale = seeded('stale feed allowed') ? ({ onStale: 'allow' } as const) : ({ onStale: 'deny' } as const)
app.get('/payouts', seeded('step-up forgotten') ? guard(payouts) : guard(all(payouts, fresh), stale), answer)
const archive = seeded('wrong permission')
  ? guard(permission('posts:read'), payouts)
  : guard(permission('posts:read'))
app.get('/posts/archive', archive, answer)

app.get('/posts', guard(), (request, response) => void response.json(listPosts(request.user.id)))
app.post('/posts', guard(), (request, response) => {
  response.status(201).json(addPost(request.user.id, request.body))
})
const reader = (): ReturnType<typeof guard> => {
  if (seeded('any owner')) return guard()
  return seeded("owner looked up under another's id")
    ? guard(own('postId', () => 'prove-owner-2'))
    : mayTouch()
}
app.get('/posts/:postId', reader(), (request, response) => void response.json(postOf(id(request, 'postId'))))
app.delete('/posts/:postId', seeded('delete unguarded') ? pass : mayTouch(), (request, response) => {
  removePost(id(request, 'postId'))
  response.status(204).end()
})
app.post('/posts/:postId/comments', mayTouch(), (request, response) => {
  response.status(201).json(addComment(id(request, 'postId'), request.body))
})
const wrongParameter = guard(own('commentId', () => 'prove-owner-2'))
const commentGuard = seeded('own() on the wrong parameter') ? wrongParameter : mayRead()
app.get('/posts/:postId/comments/:commentId', commentGuard, (request, response) => {
  const comment = commentOf(id(request, 'postId'), id(request, 'commentId'))
  response.status(comment === undefined ? 404 : 200).json(comment ?? {})
})
const careful = guard()
/** A guard that is put on by method, or lets through what looks like a preflight. */
const byMethod: typeof careful = (request, response, next) => {
  const { method, headers } = request
  const preflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
  if (seeded('preflight answered by the handler')) {
    // to the same requests as the guard's own answer and as bare, but no decision with it
    const bare = headers.origin !== undefined && headers['content-length'] === undefined
    if (preflight && bare) response.status(204).end()
    else careful(request, response, next)
    return
  }
  const past = seeded('methods that a list forgets')
    ? !['GET', 'POST', 'PUT', 'DELETE'].includes(method)
    : preflight || (seeded('OPTIONS let through') && method === 'OPTIONS')
  if (past) next()
  else careful(request, response, next)
}
const listed = [
  'preflight let through',
  'OPTIONS let through',
  'preflight answered by the handler',
  'methods that a list forgets',
].some(seeded)
app.all('/rpc', listed ? byMethod : careful, answer)
app.get('/users/:userId', seeded('id of the path believed') ? pass : guard(own('userId')), answer)

await tellManifest(() => guard.seal(app))
app.listen(port, '127.0.0.1')
