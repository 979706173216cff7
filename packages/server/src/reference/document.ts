import { version } from '../version.ts'

/** What `/openapi.json` says beside the routes. `base` is the path under which the server is reached. */
export function documentFrame(base: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version,
      description:
        'Users, sessions, roles and the tokens of your APIs. Errors are problem documents (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // where the document came from, by whatever name that was reached: "try it" asks the page's own server
    servers: [{ url: base === '' ? '/' : base }],
  }
}

/** How callers prove who they are. */
export const bearerScheme = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The `token` that signing in gives. What needs a permission needs one for the issuer alone.',
} as const
