import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { form } from '../../platform/http/pipelines/form.ts'
import { json, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { authenticateClient } from './clients.ts'
import { TokenParameterMissing } from './errors.ts'
import { TokenIntrospection } from './introspection.ts'
import { introspectPath, revokePath } from './paths.ts'

/** Token introspection (RFC 7662), revocation (RFC 7009), and `/verify-token`. */
export function oauthRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const tokens = new TokenIntrospection(ctx)
  app.openapi(
    createRoute({
      method: 'post',
      path: introspectPath,
      tags: ['Tokens'],
      summary: 'Introspect a token (RFC 7662)',
      description:
        'For APIs that cannot verify tokens themselves. The API authenticates by HTTP Basic with its name and secret (GATEHOUSE_CLIENT_SECRETS), and sends `token` as a form.',
      middleware: form(guard.open('the secret of the API is the proof')),
      responses: {
        200: {
          description: 'The claims, or `active: false`.',
          content: { 'application/json': { schema: introspection } },
        },
        400: { description: 'Not exactly one `token`.' },
        401: { description: 'Unknown API or wrong secret.' },
      },
    }),
    async (c) => {
      const client = authenticateClient(ctx.config, c.req.header('Authorization'))
      return c.json(await tokens.introspect(client, tokenIn(await c.req.text())), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: revokePath,
      tags: ['Tokens'],
      summary: 'Revoke a token: ends its session (RFC 7009)',
      middleware: form(guard.open('the token is the proof')),
      responses: {
        200: { description: 'The token is no longer valid, or never was.' },
        400: { description: 'Not exactly one `token`.' },
      },
    }),
    async (c) => {
      await tokens.revoke(calledBy(c, ctx), tokenIn(await c.req.text()))
      return c.body(null, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/verify-token',
      tags: ['Tokens'],
      summary: 'Verify the token of this request',
      security: [{ bearer: [] }],
      middleware: [guard()] as const,
      responses: {
        200: json(z.object({ user: z.record(z.string(), z.unknown()) }), 'The claims of the token.'),
        401: problem('Invalid token.'),
      },
    }),
    (c) => c.json({ user: { ...c.var.auth.claims } }, 200),
  )
}

const introspection = z.looseObject({ active: z.boolean() })

function tokenIn(form: string): string {
  const [token, ...others] = new URLSearchParams(form).getAll('token')
  if (token === undefined || token === '' || others.length > 0) throw new TokenParameterMissing()
  return token
}
