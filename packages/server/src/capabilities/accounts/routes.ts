import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonPage, jsonRequest, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { actorFor, rolesBody } from '../roles/index.ts'
import { updateUser } from './change.ts'
import { deleteUser } from './deletion/service.ts'
import { listUsers, showUser } from './read.ts'
import { setRoles } from './roles.ts'
import { directoryOf } from './settings.ts'
import {
  changedUserBody,
  changesBody,
  ownPath,
  showWhole,
  targetOf,
  userBody,
  userPath,
  userSummary,
} from './shapes.ts'

const security = [{ bearer: [] }]
const tags = ['Users']
const refused = {
  401: problem('Not signed in, or the sign-in is too old (then with `max_age`).'),
  403: problem('Another user’s account, or a token that does not allow this.'),
  404: problem('User not found (only with `users:read`; otherwise 403).'),
}

const query = pageQuery.extend({
  q: z
    .string()
    .max(128)
    .refine(isStorable, {
      message: 'The text contains NUL or half a character.',
      params: { code: 'invalid_characters' },
    })
    .optional()
    .openapi({
      description: 'Text to find in usernames, ignoring case. There are no wildcards.',
    }),
})

/** `/users`, `/users/:userId` and `/users/:userId/roles`. */
export function accountRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  directoryRoutes(app, ctx, guard)
  userRoutes(app, ctx, guard)
}

/** `GET /users`. */
function directoryRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const allowed = directoryOf(ctx.config) === 'admins' ? guard(permission('users:read')) : guard()
  app.openapi(
    createRoute({
      method: 'get',
      path: '/users',
      tags,
      summary: 'List users',
      description: 'Returns ids and usernames, or complete users to callers with `users:read`.',
      security,
      middleware: [allowed] as const,
      request: { query },
      responses: {
        200: jsonPage(z.union([userBody, userSummary]), 'Users in the order they signed up.'),
        401: problem('Not signed in.'),
        403: problem('The directory is limited to administrators.'),
        422: problem('Invalid limit, cursor or search text.'),
      },
    }),
    async (c) => {
      const page = c.req.valid('query')
      const { items, next, whole } = await listUsers(ctx, await actorFor(ctx, c.var.auth), page)
      if (next !== undefined) {
        c.header('Link', nextLink('/users', { limit: page.limit, cursor: next, q: page.q }))
      }
      return c.json(whole ? items.map(showWhole) : items.map(({ id, username }) => ({ id, username })), 200)
    },
  )
}

/** `/users/:userId`, and `/users/:userId/roles`. */
function userRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const mayWrite = guard(...ownPath, permission('users:write'))

  app.openapi(
    createRoute({
      method: 'get',
      path: '/users/{userId}',
      tags,
      summary: 'Get a user',
      security,
      middleware: [guard(...ownPath, permission('users:read'))] as const,
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
      description:
        'Omitted fields stay as they are. Changing one’s own password, e-mail address or username needs a recent sign-in.',
      security,
      middleware: [mayWrite] as const,
      request: { params: userPath, body: jsonRequest(changesBody(ctx.config), { email: 'ana@example.com' }) },
      responses: {
        200: json(changedUserBody, 'The updated user.'),
        ...refused,
        409: problem('The username is taken, or the user is the last administrator.'),
        422: problem('One entry for each invalid field.'),
        429: problem('Too many wrong passwords, or messages to the address.'),
        503: problem('Too many passwords are being checked; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const { current_password: currentPassword, ...changes } = c.req.valid('json')
      const actor = await actorFor(ctx, c.var.auth)
      const changed = await updateUser(calledBy(c, ctx), actor, userId, { ...changes, currentPassword })
      return c.json({ ...showWhole(changed), email_challenge: changed.emailChallenge }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/users/{userId}',
      tags,
      summary: 'Delete a user',
      description:
        'Deletes the user and everything that belongs to them. Deleting one’s own account needs a recent sign-in.',
      security,
      middleware: [mayWrite] as const,
      request: { params: userPath },
      responses: {
        202: json(
          z.object({ deletion_at: z.iso.datetime() }).openapi('Deletion'),
          'With GATEHOUSE_DELETION_GRACE: the sessions have ended, and the user is erased at this time.',
        ),
        204: { description: 'The user is deleted, the username free.' },
        ...refused,
        409: problem('The user is the last administrator.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const { dueAt } = await deleteUser(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId)
      if (dueAt === undefined) return c.body(null, 204)
      return c.json({ deletion_at: new Date(dueAt).toISOString() }, 202)
    },
  )

  app.openapi(
    createRoute({
      method: 'put',
      path: '/users/{userId}/roles',
      tags: ['Roles'],
      summary: 'Set a user’s roles',
      description:
        'Callers can grant only roles whose permissions they hold, and only to users who hold no more than they do.',
      security,
      middleware: [guard(permission('roles:write'))] as const,
      request: { params: userPath, body: jsonRequest(rolesBody, { roles: ['member'] }) },
      responses: {
        200: json(userBody, 'The user with the new roles.'),
        ...refused,
        409: problem('The user is the last administrator.'),
        422: problem('Unknown role.'),
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
