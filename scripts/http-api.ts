// Writes docs/http-api.md out of the running server's own description and manifest: `node scripts/http-api.ts`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../packages/server/src/app.ts'
import { readConfig } from '../packages/server/src/read-config.ts'
import { openRuntime, prepare } from '../packages/server/src/runtime.ts'
import { root } from './run.ts'

interface Described {
  paths: Record<string, Record<string, { summary?: string; responses?: Record<string, unknown> }>>
}
interface Listed {
  routes: { method: string; path: string; printed: string }[]
}

/** The page: a row for each route, with who may call it, and every status that it answers. */
export async function httpApiPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-http-api-'))
  const runtime = await openRuntime(readConfig({ GATEHOUSE_DATA_DIR: folder, LOG_LEVEL: 'silent' }))
  try {
    await prepare(runtime.ctx)
    const manifest = join(folder, 'manifest.json')
    const app = await createApp(runtime.ctx, { manifest })
    const described = (await (await app.request('/openapi.json')).json()) as Described
    return page(described, JSON.parse(await readFile(manifest, 'utf8')) as Listed)
  } finally {
    await runtime.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function page({ paths }: Described, { routes }: Listed): string {
  const rows = routes.map(({ method, path, printed }) => {
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    const statuses = Object.keys(operation?.responses ?? {}).join(' ')
    return `| \`${method} ${path}\` | ${printed.replaceAll('|', '\\|')} | ${operation?.summary ?? ''} | ${statuses} |`
  })
  return `# HTTP API

JSON in and out, fields in snake_case. \`/openapi.json\` describes every route in full, and \`/docs\` shows it and lets you try it;
this page is made of both it and the server's own manifest. Errors are problem documents: [errors.md](errors.md). Every
\`/users/:userId\` takes \`me\`; lists are paged by \`limit\` (1 to 100), \`cursor\` and the \`Link\` header. The server's own
permissions (\`users:read\` and others) need a token for the issuer alone: sign in with the issuer as \`audience\`. Keep the
\`device_token\` of a sign-in and send it with the next one: [throttles](configuration.md#throttles) do not slow a device that is known.

The table is that of a server in development. Elsewhere \`GET /users\` takes \`permission('users:read')\`, unless
\`GATEHOUSE_DIRECTORY=everyone\`; \`POST /auth/sign-up\` always answers 403 unless \`GATEHOUSE_SIGN_UP=open\`, which is the default:
[configuration.md](configuration.md#who-may-sign-up-and-who-may-list-users). The issuer's metadata is one document in two places,
\`/.well-known/oauth-authorization-server\` (RFC 8414) and \`/.well-known/openid-configuration\`, so that verifiers of either kind find
the keys. Gatehouse is not an OpenID provider: it has no authorization endpoint and issues no ID tokens. Where the issuer has a path
(\`https://example.com/auth\`), have the proxy send \`/.well-known/oauth-authorization-server/auth\` here as it is, and
\`/auth/…\` without \`/auth\`.

| route | who may | what | statuses |
|---|---|---|---|
${rows.join('\n')}
`
}

if (import.meta.main) await writeFile(join(root, 'docs/http-api.md'), await httpApiPage())
