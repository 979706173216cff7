import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, string>
}

const common = [
  'ConfigurationError',
  'GuardError',
  'TokenError',
  'UnavailableError',
  'all',
  'auth0',
  'betterAuth',
  'check',
  'createGuard',
  'currentAuth',
  'currentUser',
  'declarationOf',
  'entra',
  'guardErrorCodes',
  'introspection',
  'keycloak',
  'own',
  'permission',
  'role',
  'stepUp',
  'supabase',
]

test.each(['.', './express', './fastify', './hono', './koa', './nest', './node', './web'] as const)(
  '%s exports what the guard is known for',
  async (path) => {
    const file = manifest.exports[path]
    const module = (await import(new URL(`../${file}`, import.meta.url).href)) as object
    expect(Object.keys(module)).toEqual(expect.arrayContaining(common))
  },
)
