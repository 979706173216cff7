import type { Guard } from '@gatehouse/guard/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import { page } from '../platform/http/pipelines/page.ts'
import type { HttpEnv } from '../platform/http/variables.ts'
import { completeResponses } from './complete.ts'
import { bearerScheme, documentFrame } from './document.ts'
import { describeOwnPaths } from './own-paths.ts'
import { pagePolicy, referencePage, startScript } from './page.ts'
import { scalarScript } from './script.ts'

/** `/openapi.json`, generated from the definitions that validate requests, and `/docs`, which shows it. */
export function referenceRoutes(app: OpenAPIHono<HttpEnv>, config: Config, guard: Guard): void {
  const base = new URL(config.issuer).pathname.replace(/\/$/, '')
  const cached = { 'Cache-Control': 'public, max-age=3600' }
  const policy = { policy: pagePolicy, cacheControl: 'public, max-age=300' }

  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', bearerScheme)
  const describe = once(() =>
    describeOwnPaths(completeResponses(app.getOpenAPI31Document(documentFrame(base)))),
  )
  app.get('/openapi.json', guard.open('the description of this API'), (c) =>
    c.json(describe(), 200, { 'Cache-Control': 'public, max-age=300' }),
  )
  app.get('/docs', ...page(policy, guard.open('the description of this API, for people')), (c) =>
    c.html(referencePage(base)),
  )
  app.get('/docs/scalar.js', guard.open('a script of that page'), async (c) =>
    c.body(await scalarScript(), 200, { 'Content-Type': 'text/javascript; charset=utf-8', ...cached }),
  )
  app.get('/docs/start.js', guard.open('a script of that page'), (c) =>
    c.body(startScript(base), 200, { 'Content-Type': 'text/javascript; charset=utf-8', ...cached }),
  )
}

/** Computes a value at first use, and keeps it. */
function once<T>(work: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: work() }
    return made.value
  }
}
