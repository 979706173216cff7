export type Framework = 'express' | 'fastify' | 'hono' | 'nest'

/** A seeded fault: where it is, and what the prover has to say about it. */
export interface Seeded {
  readonly framework: Framework
  readonly fault: string
  /** The only route that anything may be found on. */
  readonly route: string
  readonly verdict: 'breach' | 'locked-out'
}

const token = (fault: string): [string, string] => [fault, 'GET /profile']

const faults: Readonly<Record<Framework, readonly (readonly [fault: string, route: string])[]>> = {
  express: [
    ['guard forgotten', 'GET /profile'],
    ['guard after handler', 'GET /profile'],
    ['optional instead of guarded', 'GET /profile'],
    ['open by wildcard', 'GET /profile'],
    ['trailing slash', 'GET /profile'],
    ['case variant', 'GET /profile'],
    ['encoded path', 'GET /profile'],
    ['doubled slash', 'GET /profile'],
    ['HEAD where GET is guarded', 'GET /profile'],
    ['shadowed route', 'GET /admin/users'],
    ['any signed-in user where a role is needed', 'GET /admin/users'],
    ['role typo', 'GET /admin/users'],
    ['second mount without the guard', 'GET /reports/:name'],
    ['step-up forgotten', 'GET /payouts'],
    ['age of the sign-in ignored', 'GET /payouts'],
    ['stale feed allowed', 'GET /payouts'],
    ['wrong permission', 'GET /posts/archive'],
    ["list leaks others' rows", 'GET /posts'],
    ["a body's owner trusted", 'POST /posts'],
    ["owner looked up under another's id", 'GET /posts/:postId'],
    ['any owner', 'GET /posts/:postId'],
    ['delete unguarded', 'DELETE /posts/:postId'],
    ['method override', 'DELETE /posts/:postId'],
    ['nested id unchecked', 'GET /posts/:postId/comments/:commentId'],
    ['own() on the wrong parameter', 'GET /posts/:postId/comments/:commentId'],
    ['id of the path believed', 'GET /users/:userId'],
    ['preflight let through', 'ALL /rpc'],
    ['OPTIONS let through', 'ALL /rpc'],
    ['preflight answered by the handler', 'ALL /rpc'],
    ['methods that a list forgets', 'ALL /rpc'],
    ['ended sessions still accepted', '*'],
    token('unsigned tokens accepted'),
    token('expired tokens accepted'),
    token('tokens accepted before their time'),
    token('any issuer of the same keys accepted'),
    token('keys fetched from wherever the token says'),
    token('wrong audience accepted'),
    token('public key taken for a secret'),
    token('key taken from the header'),
    token('signature never checked'),
  ],
  fastify: [
    ['guard after handler', 'GET /profile'],
    ['guard in a hook that comes too late', 'GET /profile'],
    ['late plugin', 'GET /profile'],
    ['trailing slash', 'GET /profile'],
    ['case variant', 'GET /profile'],
    ['HEAD where GET is guarded', 'GET /profile'],
    ['route outside of the guarded plugin', 'GET /admin/users'],
    ['role typo', 'GET /admin/users'],
    ['shadowed route', 'GET /reports/:name'],
    ['step-up forgotten', 'GET /payouts'],
    ["list leaks others' rows", 'GET /posts'],
    ["a body's owner trusted", 'POST /posts'],
    ['any owner', 'GET /posts/:postId'],
    ['delete unguarded', 'DELETE /posts/:postId'],
    ['nested id unchecked', 'GET /posts/:postId/comments/:commentId'],
    ['preflight let through', 'ALL /rpc'],
    ['methods that a list forgets', 'ALL /rpc'],
    token('signature never checked'),
  ],
  hono: [
    ['guard after handler', 'GET /profile'],
    ['open by wildcard', 'GET /profile'],
    ['trailing slash', 'GET /profile'],
    ['guard on a path that does not match', 'GET /admin/users'],
    ['role typo', 'GET /admin/users'],
    ['second mount without the guard', 'GET /reports/:name'],
    ['step-up forgotten', 'GET /payouts'],
    ["list leaks others' rows", 'GET /posts'],
    ["a body's owner trusted", 'POST /posts'],
    ['any owner', 'GET /posts/:postId'],
    ['method override', 'DELETE /posts/:postId'],
    ['nested id unchecked', 'GET /posts/:postId/comments/:commentId'],
    ['preflight let through', 'ALL /rpc'],
    ['preflight answered by the handler', 'ALL /rpc'],
    ['methods that a list forgets', 'ALL /rpc'],
    token('wrong audience accepted'),
  ],
  nest: [
    ['guard forgotten', 'GET /profile'],
    ['optional instead of guarded', 'GET /profile'],
    ['shadowed route', 'GET /admin/users'],
    ['role typo', 'GET /admin/users'],
    ['class without its guard', 'GET /reports/:name'],
    ['second mount without the guard', 'GET /reports/:name'],
    ['step-up forgotten', 'GET /payouts'],
    ["list leaks others' rows", 'GET /posts'],
    ["a body's owner trusted", 'POST /posts'],
    ['any owner', 'GET /posts/:postId'],
    ['delete unguarded', 'DELETE /posts/:postId'],
    ['nested id unchecked', 'GET /posts/:postId/comments/:commentId'],
    ['OPTIONS declared without the guard', 'ALL /rpc'],
  ],
}

export const frameworks = Object.keys(faults) as readonly Framework[]

/** Every fault of the suite. */
export const catalogue: readonly Seeded[] = frameworks.flatMap((framework) =>
  faults[framework].map(([fault, route]) => ({
    framework,
    fault,
    route,
    // whoever may pass is kept out: nobody gets in, but the rule is not the one declared
    verdict: fault === 'role typo' ? ('locked-out' as const) : ('breach' as const),
  })),
)
