import { version } from '../version.ts'

/** The frame of `/openapi.json` around the routes. `base` is the path under which the server is reached. */
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

/** How callers authenticate. */
export const bearerScheme = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'The `token` from a sign-in. Routes that need a permission take only a token for the issuer itself.',
} as const
