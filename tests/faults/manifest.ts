import type { Manifest, ManifestRoute, ManifestRule } from '@gatehouse/prove'

const signedIn: ManifestRule = { kind: 'signedIn' }
const ownPost: ManifestRule = { kind: 'own', param: 'postId', loaded: true }
const anyPost: ManifestRule = { kind: 'permission', permission: 'posts:any' }
const admin: ManifestRule = { kind: 'role', role: 'admin' }
const payout: ManifestRule = {
  kind: 'all',
  rules: [
    { kind: 'permission', permission: 'payouts:read' },
    { kind: 'stepUp', acr: 'mfa', maxAge: 300 },
  ],
}

function route(
  method: string,
  path: string,
  rules: readonly ManifestRule[],
  unmentioned: readonly string[] = [],
): ManifestRoute {
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return {
    method,
    path,
    parameters,
    kind: 'guarded',
    rules,
    reason: null,
    printed: rules.map(({ kind }) => kind).join(', '),
    unmentioned,
    source: null,
    notes: [],
  }
}

/** Routes that are tried beside the one on which a fault is sought; nothing may be found on them. */
const controls: readonly string[] = [
  'GET /health',
  'GET /profile',
  'GET /payouts',
  'GET /posts/archive',
  'GET /posts/:postId',
]

/** The routes on which a fault is sought: all, or the one sought and a few controls. */
export function triedRoutes(sought: string | undefined): readonly ManifestRoute[] {
  if (sought === undefined) return manifest.routes
  return manifest.routes.filter(({ method, path }) => [sought, ...controls].includes(`${method} ${path}`))
}

/** What the right application declares. */
export const manifest: Manifest = {
  version: 1,
  framework: 'faults',
  middleware: [],
  routes: [
    { ...route('GET', '/health', []), kind: 'open', reason: 'liveness probe' },
    route('GET', '/profile', [signedIn]),
    route('GET', '/admin/users', [admin]),
    route('GET', '/reports/:name', [admin]),
    route('GET', '/payouts', [payout]),
    route('GET', '/posts/archive', [{ kind: 'permission', permission: 'posts:read' }]),
    route('GET', '/posts', [signedIn]),
    route('POST', '/posts', [signedIn]),
    route('GET', '/posts/:postId', [ownPost, anyPost]),
    route('DELETE', '/posts/:postId', [ownPost, anyPost]),
    route('POST', '/posts/:postId/comments', [ownPost, anyPost]),
    {
      ...route('GET', '/posts/:postId/comments/:commentId', [ownPost, anyPost], ['commentId']),
      kind: 'shared',
      reason: 'comments are looked up within their post',
    },
    route('ALL', '/rpc', [signedIn]),
    route('GET', '/users/:userId', [{ kind: 'own', param: 'userId', loaded: false }]),
  ],
}
