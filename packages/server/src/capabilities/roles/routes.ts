import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { actorFor } from './actor.ts'
import { deleteRole, getRole, listRoles, putRole } from './service.ts'
import { permissionsBody, roleBody, roleNameField } from './shapes.ts'

const named = z.object({ role: z.string().openapi({ example: 'editor' }) })
const newRole = z.object({ role: roleNameField })

const unauthorized = problem('Not signed in, or the token is no longer valid.')
const forbidden = problem('Missing permission, or more than the caller holds.')
const notFound = problem('Role not found.')

/** `/roles`. */
export function roleRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/roles',
      tags: ['Roles'],
      summary: 'List roles',
      security: [{ bearer: [] }],
      middleware: [guard(permission('roles:read'))] as const,
      responses: {
        200: json(z.array(roleBody), 'All roles with their permissions, by name.'),
        401: unauthorized,
        403: forbidden,
      },
    }),
    async (c) => c.json(await listRoles(ctx), 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/roles/{role}',
      tags: ['Roles'],
      summary: 'Get a role',
      security: [{ bearer: [] }],
      middleware: [guard(permission('roles:read'))] as const,
      request: { params: named },
      responses: { 200: json(roleBody, 'The role.'), 401: unauthorized, 403: forbidden, 404: notFound },
    }),
    async (c) => c.json(await getRole(ctx, c.req.valid('param').role), 200),
  )

  app.openapi(
    createRoute({
      method: 'put',
      path: '/roles/{role}',
      tags: ['Roles'],
      summary: 'Create a role, or replace its permissions',
      security: [{ bearer: [] }],
      middleware: [guard(permission('roles:write'))] as const,
      request: { params: newRole, body: jsonRequest(permissionsBody, { permissions: ['posts:delete'] }) },
      responses: {
        200: json(roleBody, 'The updated role.'),
        201: json(roleBody, 'The new role.'),
        401: unauthorized,
        403: problem(
          'Missing permission, or more than the caller holds; `member`, which every user gets, needs the role `admin`.',
        ),
        409: problem('`admin` can’t be changed.'),
        422: problem('Invalid name or permission.'),
      },
    }),
    async (c) => {
      const actor = await actorFor(ctx, c.var.auth)
      const { role, created } = await putRole(
        calledBy(c, ctx),
        actor,
        c.req.valid('param').role,
        c.req.valid('json').permissions,
      )
      return created ? c.json(role, 201) : c.json(role, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/roles/{role}',
      tags: ['Roles'],
      summary: 'Delete an unused role',
      security: [{ bearer: [] }],
      middleware: [guard(permission('roles:write'))] as const,
      request: { params: named },
      responses: {
        204: { description: 'The role is deleted.' },
        401: unauthorized,
        403: forbidden,
        404: notFound,
        409: problem('The role is in use or built in.'),
      },
    }),
    async (c) => {
      await deleteRole(calledBy(c, ctx), await actorFor(ctx, c.var.auth), c.req.valid('param').role)
      return c.body(null, 204)
    },
  )
}
