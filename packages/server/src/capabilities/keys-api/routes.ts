import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { json, jsonPage, jsonRequest, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { pageOfKeys } from '../keys/index.ts'
import { actorFor } from '../roles/index.ts'
import { dropKeyFor, rotateKeysFor } from './service.ts'
import { keyBody, rotationBody, showKey } from './shapes.ts'

const common = { tags: ['Keys'], security: [{ bearer: [] as string[] }] }
const refused = { 401: problem('Not signed in.'), 403: problem('Missing permission.') }

/** `/keys`: list, rotate and drop signing keys. */
export function keyRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: '/keys',
      summary: 'List signing keys',
      middleware: [guard(permission('keys:read'), permission('keys:write'))] as const,
      request: { query: pageQuery },
      responses: {
        200: jsonPage(keyBody, 'Keys without their private or public parts, newest first.'),
        ...refused,
        422: problem('Invalid limit or cursor.'),
      },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const { items, next } = await pageOfKeys(ctx, { limit, cursor })
      if (next !== undefined) c.header('Link', nextLink(c.req.path, { limit, cursor: next }))
      return c.json(items.map(showKey), 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/keys/rotate',
      summary: 'Rotate signing keys',
      description:
        'The next key is published at once and signs a few minutes later, when no verifier’s copy of the key set is without it. If one is waiting already, that one is returned. With `emergency` the new key signs at once, and tokens signed by the old ones are refused.',
      middleware: [guard(permission('keys:write'))] as const,
      request: { body: jsonRequest(rotationBody, { use: 'token' }) },
      responses: {
        200: json(keyBody, 'The key that takes over.'),
        ...refused,
        422: problem('Invalid body, or token keys where tokens are signed with a shared secret.'),
      },
    }),
    async (c) => {
      const actor = await actorFor(ctx, c.var.auth)
      return c.json(showKey(await rotateKeysFor(ctx, actor, c.req.valid('json'))), 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: '/keys/{kid}',
      summary: 'Drop a published key',
      description: 'Tokens that it signed are refused from now on.',
      middleware: [guard(permission('keys:write'))] as const,
      request: { params: z.object({ kid: z.string() }) },
      responses: {
        204: { description: 'The key is no longer published.' },
        ...refused,
        404: problem('There is no published key with this `kid`.'),
        409: problem('The key signs, or is about to: rotate it instead.'),
      },
    }),
    async (c) => {
      const { kid } = c.req.valid('param')
      await dropKeyFor(ctx, await actorFor(ctx, c.var.auth), isStorable(kid) ? kid : '')
      return c.body(null, 204)
    },
  )
}
