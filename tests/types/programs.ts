import type { Program } from '../docs/blocks.ts'

const ts = (heading: string, code: string): Program => ({ heading, label: '', language: 'ts', code })

/** Modules of a workspace that export guards and what they guard, nothing of it annotated. */
export const modules: readonly Program[] = [
  ts(
    'express',
    `
import { createGuard, own, role } from '@gatehouse/guard/express'
import express from 'express'
export const guard = createGuard({ roles: ['member', 'admin'] })
export const tokenRequired = guard()
export const adminOnly = guard(role('admin'), own('userId', (id, req) => (req.ip === undefined ? null : id)))
export const shared = guard.shared('why')
export const upgrade = guard.upgrade(role('member'))
export const app = express()
app.get('/', tokenRequired, (req, res) => res.json({ message: req.user.username, session: req.auth.session }))
export const seal = () => guard.seal(app)
export const claims = (token: string) => guard.verify(token)
`,
  ),
  ts(
    'fastify',
    `
import { createGuard, role } from '@gatehouse/guard/fastify'
import fastify from 'fastify'
export const guard = createGuard()
export const adminOnly = guard(role('admin'))
export const app = fastify()
app.get('/', { onRequest: adminOnly }, (request) => ({ message: request.user.username, session: request.auth.session }))
export const seal = () => guard.seal(app)
`,
  ),
  ts(
    'hono',
    `
import { createGuard, currentAuth, role } from '@gatehouse/guard/hono'
import { Hono } from 'hono'
export const guard = createGuard({ permissions: ['posts:read'] })
export const adminOnly = guard(role('admin'))
export const app = new Hono()
  .get('/', guard(), (c) => c.json({ message: c.var.user.username, session: c.var.auth.session }))
  .get('/feed', guard.optional('strangers see posts'), (c) => c.json({ name: c.var.user?.username }))
export const seal = () => guard.seal(app)
export const auth = currentAuth
`,
  ),
  ts(
    'koa',
    `
import { createGuard, role } from '@gatehouse/guard/koa'
export const guard = createGuard()
export const adminOnly = guard(role('admin'))
`,
  ),
  ts(
    'nest',
    `
import { createGuard, role } from '@gatehouse/guard/nest'
export const Guarded = createGuard()
export const AdminOnly = Guarded(role('admin'))
`,
  ),
  ts(
    'node and web',
    `
import { createServer } from 'node:http'
import { createGuard, role } from '@gatehouse/guard/node'
import { createGuard as createWebGuard } from '@gatehouse/guard/web'
export const guard = createGuard()
export const listener = guard(role('admin'))((req, res, params) => res.end(req.user.username + params.id))
export const server = createServer(listener)
export const GET = createWebGuard()()((request, { user }) => Response.json(user))
`,
  ),
]

/** What the compiler knows behind a guard. Each line that it should refuse says so, which is an error where it does not. */
export const handlers: readonly Program[] = [
  ts(
    'express handlers',
    `
import { createGuard } from '@gatehouse/guard/express'
import express from 'express'
const guard = createGuard()
const app = express()
app.get('/', guard(), (req, res) => {
  const name: string = req.user.username
  const roles: readonly string[] = req.user.roles
  // @ts-expect-error: there is no such member
  req.user.nickname
  // @ts-expect-error: nobody renames the caller
  req.user.username = 'root'
  res.json({ name, roles, issuer: req.auth.claims.iss })
})
`,
  ),
  ts(
    'hono handlers',
    `
import { createGuard, type Caller } from '@gatehouse/guard/hono'
import { Hono } from 'hono'
const guard = createGuard()
new Hono()
  .get('/', guard(), (c) => {
    const user: Caller = c.var.user
    // @ts-expect-error: there is no such member
    c.var.user.nickname
    return c.json(user)
  })
  .get('/feed', guard.optional('strangers see posts'), (c) => {
    // @ts-expect-error: there may be nobody
    c.var.user.username
    return c.json({ name: c.var.user?.username })
  })
`,
  ),
  ts(
    'web handlers',
    `
import { createGuard } from '@gatehouse/guard/web'
const guard = createGuard()
guard.optional('why')((request, { user }) => {
  // @ts-expect-error: there may be nobody
  user.username
  return new Response(user?.username)
})
guard.open('why')((request, { user }) => {
  const nobody: undefined = user
  return new Response(nobody)
})
`,
  ),
]
