import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { noStore } from '../../platform/http/security-headers.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { actorFor } from '../roles/index.ts'
import { ownPath, targetOf, userPath } from './paths.ts'
import { profileBody, readProfile, showProfile } from './profile-shape.ts'
import { getProfile, putProfile } from './profiles.ts'

const common = {
  path: '/users/{userId}/profile' as const,
  tags: ['Profiles'],
  security: [{ bearer: [] as string[] }],
}
const refused = {
  401: problem('Not signed in.'),
  403: problem('Somebody else’s, or not with this token.'),
  404: problem('There is no such user; told to who may read all.'),
}

/** `/users/:userId/profile`: what somebody says about themselves. */
export function profileRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      ...common,
      method: 'get',
      summary: 'A user’s profile',
      middleware: [guard(...ownPath, permission('users:read')), noStore] as const,
      request: { params: userPath },
      responses: { 200: json(profileBody, 'The profile; empty to begin with.'), ...refused },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      return c.json(showProfile(await getProfile(ctx, await actorFor(ctx, c.var.auth), userId)), 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'put',
      summary: 'Replace a user’s profile',
      description: 'What is left out is empty afterwards.',
      middleware: [guard(...ownPath, permission('users:write')), noStore] as const,
      request: { params: userPath, body: jsonRequest(profileBody, { display_name: 'Ana', locale: 'en-GB' }) },
      responses: {
        200: json(profileBody, 'The profile as it is now.'),
        ...refused,
        422: problem('One entry for each bad field.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const profile = readProfile(c.req.valid('json'))
      return c.json(
        showProfile(await putProfile(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId, profile)),
        200,
      )
    },
  )
}
