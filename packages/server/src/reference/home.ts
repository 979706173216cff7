import { createHash } from 'node:crypto'
import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { html, raw } from 'hono/html'
import type { Config } from '../config.ts'
import { page, prefersPage } from '../platform/http/pipelines/page.ts'
import { json } from '../platform/http/shapes.ts'
import type { HttpEnv } from '../platform/http/variables.ts'

const style = `
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark }
code { font-size: .95em }
`

/** The page may have this one style, and nothing else: no script, no picture, no form, nothing from elsewhere. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const linksBody = z
  .object({
    name: z.literal('Gatehouse'),
    issuer: z.string(),
    documentation: z.string(),
    openapi: z.string(),
    health: z.string(),
    metadata: z.string(),
  })
  .openapi('Links')

type Links = z.infer<typeof linksBody>

function linksOf({ issuer }: Config): Links {
  return {
    name: 'Gatehouse',
    issuer,
    documentation: `${issuer}/docs`,
    openapi: `${issuer}/openapi.json`,
    health: `${issuer}/healthz`,
    metadata: `${issuer}/.well-known/oauth-authorization-server`,
  }
}

/** `GET /`: a page for people, links for programs. */
export function homeRoute(app: OpenAPIHono<HttpEnv>, config: Config, guard: Guard): void {
  const links = linksOf(config)
  // relative to the server, whatever name it was reached under
  const text = String(pageOf(links.issuer, new URL(config.issuer).pathname.replace(/\/$/, '')))
  app.openapi(
    createRoute({
      method: 'get',
      path: '/',
      tags: ['Health'],
      summary: 'Get the server’s links',
      description: 'A page where `Accept` prefers HTML, and otherwise links as JSON.',
      middleware: page(
        { policy, cacheControl: 'public, max-age=300' },
        guard.open('says what this is, and nothing else'),
      ),
      responses: {
        200: {
          ...json(linksBody, 'Where to go from here.'),
          content: {
            'application/json': { schema: linksBody },
            'text/html': { schema: z.string() },
          },
        },
      },
    }),
    (c) => (prefersPage(c) ? c.html(text, 200) : c.json(links, 200)),
  )
}

function pageOf(issuer: string, base: string) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gatehouse</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>Gatehouse</h1>
<p>This server signs people in and issues the tokens of <code>${issuer}</code>: accounts, sessions, roles and keys over HTTP.</p>
<ul>
<li><a href="${base}/docs">API reference</a>, to read and try</li>
<li><a href="${base}/openapi.json">OpenAPI document</a></li>
<li><a href="${base}/.well-known/oauth-authorization-server">Issuer metadata</a></li>
<li><a href="${base}/healthz">Health</a></li>
</ul>
</body>
</html>
`
}
