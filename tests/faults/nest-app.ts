// The same API on NestJS; decorators are called as the functions that they are, since types alone may be erased here.
import 'reflect-metadata'
import { all, createGuard, type GuardDecorator, own, permission, role, stepUp } from '@gatehouse/guard/nest'
import {
  All,
  Controller,
  Delete,
  Get,
  HttpCode,
  Module,
  NotFoundException,
  Options,
  Post,
  Req,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Request } from 'express'
import { port, settings, tellManifest } from './fixture.ts'
import { addComment, addPost, commentOf, listPosts, ownerOf, postOf, removePost, seeded } from './store.ts'

const Guarded = createGuard(settings)
const mayTouch = (): GuardDecorator => Guarded(own('postId', ownerOf), permission('posts:any'))
const mayRead = (): GuardDecorator =>
  Guarded.shared('comments are looked up within their post', own('postId', ownerOf), permission('posts:any'))
const nobody: MethodDecorator = () => undefined
type Signed = Request & { user: { id: string } }
const id = (request: Request, name: string): string => String(request.params[name])

class Routes {}
class Reports {}
class SecondReports {}
let made = 0
function route(
  at: { prototype: object },
  verb: MethodDecorator,
  guarded: MethodDecorator,
  handle: (request: Signed) => unknown,
  status = 200,
): void {
  made += 1
  const name = `route${made}`
  // a function of its own each time: decorators write on it
  const value = (request: Signed): unknown => handle(request)
  Object.defineProperty(at.prototype, name, { value, configurable: true })
  const descriptor = Object.getOwnPropertyDescriptor(at.prototype, name)
  if (descriptor === undefined) throw new Error(`${name} is not there`)
  for (const decorate of [verb, guarded, HttpCode(status)]) decorate(at.prototype, name, descriptor)
  Req()(at.prototype, name, 0)
}
const answer = (): object => ({ you: 'anyone' })

route(Routes, Get('health'), Guarded.open('liveness probe'), answer)
route(
  Routes,
  Get('profile'),
  seeded('guard forgotten')
    ? nobody
    : seeded('optional instead of guarded')
      ? Guarded.optional('seeded')
      : Guarded(),
  answer,
)
if (seeded('shadowed route')) route(Routes, Get('admin/:page'), Guarded(), answer)
route(Routes, Get('admin/users'), Guarded(role(seeded('role typo') ? 'admn' : 'admin')), answer)
route(Reports, Get(':name'), nobody, answer)
if (!seeded('class without its guard')) Guarded(role('admin'))(Reports)
Controller('reports')(Reports)
route(SecondReports, Get(':name'), nobody, answer)
Controller('reports')(SecondReports)
const strong = all(permission('payouts:read'), stepUp({ acr: 'mfa', maxAge: '5m' }))
route(
  Routes,
  Get('payouts'),
  Guarded(seeded('step-up forgotten') ? permission('payouts:read') : strong),
  answer,
)
route(Routes, Get('posts/archive'), Guarded(permission('posts:read')), answer)
route(Routes, Get('posts'), Guarded(), ({ user }) => listPosts(user.id))
route(Routes, Post('posts'), Guarded(), ({ user, body }) => addPost(user.id, body), 201)
route(Routes, Get('posts/:postId'), seeded('any owner') ? Guarded() : mayTouch(), (request) =>
  postOf(id(request, 'postId')),
)
route(
  Routes,
  Delete('posts/:postId'),
  seeded('delete unguarded') ? nobody : mayTouch(),
  (request) => void removePost(id(request, 'postId')),
  204,
)
route(
  Routes,
  Post('posts/:postId/comments'),
  mayTouch(),
  (request) => addComment(id(request, 'postId'), request.body),
  201,
)
route(Routes, Get('posts/:postId/comments/:commentId'), mayRead(), (request) => {
  const comment = commentOf(id(request, 'postId'), id(request, 'commentId'))
  if (comment === undefined) throw new NotFoundException()
  return comment
})
if (seeded('OPTIONS declared without the guard')) route(Routes, Options('rpc'), nobody, answer)
route(Routes, All('rpc'), Guarded(), answer)
route(Routes, Get('users/:userId'), Guarded(own('userId')), answer)
Controller()(Routes)

class App {}
Module({
  controllers: seeded('second mount without the guard')
    ? [SecondReports, Routes, Reports]
    : [Routes, Reports],
})(App)
const app = await NestFactory.create(App, { logger: false })
await tellManifest(() => Guarded.seal(app))
await app.listen(port, '127.0.0.1')
