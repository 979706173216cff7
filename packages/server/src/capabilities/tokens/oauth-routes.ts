import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { form } from '../../platform/http/pipelines/form.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { authenticateClient } from './clients.ts'
import { TokenParameterMissing } from './errors.ts'
import { TokenDesk } from './introspect.ts'

const introspectPath = '/oauth/introspect'
const revokePath = '/oauth/revoke'

/** What the issuer's metadata says of them (RFC 8414). */
export function oauthMetadata(issuer: string): Record<string, unknown> {
  return {
    introspection_endpoint: `${issuer}${introspectPath}`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    revocation_endpoint: `${issuer}${revokePath}`,
    revocation_endpoint_auth_methods_supported: ['none'],
  }
}

/** Token introspection (RFC 7662) and revocation (RFC 7009), for resource servers and clients in any language. */
export function oauthRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const desk = new TokenDesk(ctx)
  app.openapi(
    createRoute({
      method: 'post',
      path: introspectPath,
      tags: ['Tokens'],
      summary: 'Whether a token is good, for an API that cannot tell (RFC 7662)',
      description:
        'The API shows its name and secret (GATEHOUSE_CLIENT_SECRETS) by HTTP Basic, and sends `token` as a form.',
      middleware: form(guard.open('the secret of the API is the proof')),
      responses: {
        200: {
          description: 'The claims, or `active: false`.',
          content: { 'application/json': { schema: introspection } },
        },
        400: { description: 'Not exactly one token.' },
        401: { description: 'The API is not known.' },
      },
    }),
    async (c) => {
      const client = authenticateClient(ctx.config, c.req.header('Authorization'))
      return c.json(await desk.introspect(client, tokenIn(await c.req.text())), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: revokePath,
      tags: ['Tokens'],
      summary: 'End the session of a token (RFC 7009)',
      middleware: form(guard.open('the token is the proof')),
      responses: {
        200: { description: 'The token is not good any more, or never was.' },
        400: { description: 'Not exactly one token.' },
      },
    }),
    async (c) => {
      await desk.revoke(calledBy(c, ctx), tokenIn(await c.req.text()))
      return c.body(null, 200)
    },
  )
}

const introspection = z.looseObject({ active: z.boolean() })

function tokenIn(form: string): string {
  const [token, ...others] = new URLSearchParams(form).getAll('token')
  if (token === undefined || token === '' || others.length > 0) throw new TokenParameterMissing()
  return token
}
