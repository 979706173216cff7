import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { ownPath, targetOf, userPath } from '../accounts/index.ts'
import { actorFor } from '../roles/index.ts'
import { getProfile, type Profile, putProfile } from './service.ts'
import { profileBody, toProfile } from './shapes.ts'

const common = {
  path: '/users/{userId}/profile' as const,
  tags: ['Profiles'],
  security: [{ bearer: [] as string[] }],
}
const refused = {
  401: problem('Not signed in.'),
  403: problem('Another user’s profile, or a token that does not allow this.'),
  404: problem('User not found (only with `users:read`; otherwise 403).'),
}

/** `/users/:userId/profile`. */
export function profileRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      ...common,
      method: 'get',
      summary: 'Get a user’s profile',
      middleware: [guard(...ownPath, permission('users:read'))] as const,
      request: { params: userPath },
      responses: { 200: json(profileBody, 'The profile; initially empty.'), ...refused },
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
      description: 'Omitted fields become empty.',
      middleware: [guard(...ownPath, permission('users:write'))] as const,
      request: { params: userPath, body: jsonRequest(profileBody, { display_name: 'Ana', locale: 'en-GB' }) },
      responses: {
        200: json(profileBody, 'The updated profile.'),
        ...refused,
        422: problem('One entry for each invalid field.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const profile = toProfile(c.req.valid('json'))
      return c.json(
        showProfile(await putProfile(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId, profile)),
        200,
      )
    },
  )
}

function showProfile(profile: Profile): z.infer<typeof profileBody> {
  const { displayName, bio, picture, locale, data } = profile
  return { display_name: displayName, bio, picture, locale, data }
}
