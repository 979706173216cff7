import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonPage, jsonRequest, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { actorFor } from '../roles/index.ts'
import { invite, listInvitations, revokeInvitation } from './service.ts'
import { invitationBody, invitationPath, inviteBody, showInvitation } from './shapes.ts'

const tags = ['Invitations']
const security = [{ bearer: [] }]
const refused = {
  401: problem('Not signed in, or the token is no longer valid.'),
  403: problem('Missing permission, or roles that hold more than the caller does.'),
}

/** `/invitations`. */
export function invitationRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const mayInvite = guard(permission('users:write'))

  app.openapi(
    createRoute({
      method: 'post',
      path: '/invitations',
      tags,
      summary: 'Invite someone',
      description:
        'Sends a link by which whoever reads the address’s mail creates an account with these roles, within seven days. The inviter must hold every permission of the roles, and still hold them when the invitation is accepted.',
      security,
      middleware: [mayInvite] as const,
      request: { body: jsonRequest(inviteBody, { email: 'ben@example.com' }) },
      responses: {
        201: json(invitationBody, 'The invitation is on its way.'),
        ...refused,
        409: problem('An account has verified this address (only with `users:read`).'),
        422: problem('Invalid address, or unknown role.'),
        429: problem('Too many messages to this address; Retry-After says when to try again.'),
        501: problem('The server sends no mail.'),
      },
    }),
    async (c) => {
      const actor = await actorFor(ctx, c.var.auth)
      return c.json(showInvitation(await invite(calledBy(c, ctx), actor, c.req.valid('json'))), 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/invitations',
      tags,
      summary: 'List invitations',
      description: 'Newest first. Invitations stay listed for 30 days after they expire.',
      security,
      middleware: [mayInvite] as const,
      request: { query: pageQuery },
      responses: {
        200: jsonPage(invitationBody, 'A page of invitations.'),
        ...refused,
        422: problem('Invalid limit or cursor.'),
      },
    }),
    async (c) => {
      const page = c.req.valid('query')
      const { items, next } = await listInvitations(ctx, await actorFor(ctx, c.var.auth), page)
      if (next !== undefined) c.header('Link', nextLink('/invitations', { limit: page.limit, cursor: next }))
      return c.json(items.map(showInvitation), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/invitations/{invitationId}',
      tags,
      summary: 'Revoke an invitation',
      security,
      middleware: [mayInvite] as const,
      request: { params: invitationPath },
      responses: {
        204: { description: 'The link works no more.' },
        ...refused,
        404: problem('No such invitation, or it is over.'),
      },
    }),
    async (c) => {
      const { invitationId } = c.req.valid('param')
      const actor = await actorFor(ctx, c.var.auth)
      await revokeInvitation(calledBy(c, ctx), actor, isStorable(invitationId) ? invitationId : '')
      return c.body(null, 204)
    },
  )
}
