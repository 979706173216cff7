import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { noStore } from '../../platform/http/security-headers.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { actorFor, rolesBody } from '../roles/index.ts'
import { ownPath, targetOf, userPath } from './paths.ts'
import { showUser } from './read.ts'
import { deleteUser } from './remove.ts'
import { setRoles } from './roles.ts'
import { changesBody, showWhole, userBody } from './shapes.ts'
import { updateUser } from './update.ts'

const security = [{ bearer: [] }]
const tags = ['Users']
const refused = {
  401: problem('Not signed in, or too long ago for this (then with `max_age`).'),
  403: problem('Somebody else’s, or not with this token.'),
  404: problem('There is no such user; told to who may read all.'),
}

/** `/users/:userId`, and `/users/:userId/roles`. */
export function userRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const mayWrite = guard(...ownPath, permission('users:write'))

  app.openapi(
    createRoute({
      method: 'get',
      path: '/users/{userId}',
      tags,
      summary: 'One user',
      security,
      middleware: [guard(...ownPath, permission('users:read')), noStore] as const,
      request: { params: userPath },
      responses: { 200: json(userBody, 'The user.'), ...refused },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      return c.json(showWhole(await showUser(ctx, await actorFor(ctx, c.var.auth), userId)), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/users/{userId}',
      tags,
      summary: 'Change a user',
      description: 'What is left out stays. One’s own password, e-mail and username need a recent sign-in.',
      security,
      middleware: [mayWrite, noStore] as const,
      request: { params: userPath, body: jsonRequest(changesBody, { email: 'ana@example.com' }) },
      responses: {
        200: json(userBody, 'The user as they are now.'),
        ...refused,
        409: problem('The username is taken, or the user is the last administrator.'),
        422: problem('One entry for each bad field.'),
        429: problem('Too many wrong passwords.'),
        503: problem('Too many passwords are being checked at once.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const { current_password: currentPassword, ...changes } = c.req.valid('json')
      const actor = await actorFor(ctx, c.var.auth)
      return c.json(
        showWhole(await updateUser(calledBy(c, ctx), actor, userId, { ...changes, currentPassword })),
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/users/{userId}',
      tags,
      summary: 'Delete a user',
      description: 'With everything that belongs to them. One’s own account needs a recent sign-in.',
      security,
      middleware: [mayWrite, noStore] as const,
      request: { params: userPath },
      responses: {
        204: { description: 'The user is gone; the username is free.' },
        ...refused,
        409: problem('The user is the last administrator.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      await deleteUser(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId)
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      method: 'put',
      path: '/users/{userId}/roles',
      tags: ['Roles'],
      summary: 'Give a user exactly these roles',
      description:
        'Only roles whose permissions one holds can be given, and only to users who hold no more than oneself.',
      security,
      middleware: [guard(permission('roles:write')), noStore] as const,
      request: { params: userPath, body: jsonRequest(rolesBody, { roles: ['member'] }) },
      responses: {
        200: json(userBody, 'The user with their roles.'),
        ...refused,
        409: problem('The user is the last administrator.'),
        422: problem('There is no role of that name.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const { roles } = c.req.valid('json')
      return c.json(
        showWhole(await setRoles(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId, roles)),
        200,
      )
    },
  )
}
