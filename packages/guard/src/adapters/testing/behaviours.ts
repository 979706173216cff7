import assert from 'node:assert/strict'
import { Agent, METHODS } from 'node:http'
import type { GuardOptions } from '../../options.ts'
import type { Decision } from '../../policy/types.ts'
import { createTestIssuer } from '../../testing/issuer.ts'
import { handled, type Start } from './app.ts'
import { type Answered, type Call, call } from './call.ts'

/** What a behaviour has at hand: the application on one framework, an issuer, and what the guard said. */
export interface Scene {
  get(path: string, claims?: Record<string, unknown>, more?: Call): Promise<Answered>
  raw(path: string, more?: Call): Promise<Answered>
  sign(claims?: Record<string, unknown>): string
  revoke(session: string): void
  /** Moves the guard's clock on, in seconds. */
  pass(seconds: number): void
  readonly decisions: Decision[]
  readonly errors: string[]
}

/** Runs one behaviour on one framework. */
export async function play(start: Start, behaviour: (scene: Scene) => Promise<void>): Promise<void> {
  let ahead = 0
  const clock = (): number => Date.now() / 1000 + ahead
  const issuer = createTestIssuer({ audience: 'lounge' })
  const revoked = new Set<string>()
  const decisions: Decision[] = []
  const errors: string[] = []
  const options: GuardOptions = {
    issuer: issuer.issuer,
    audience: 'lounge',
    jwks: issuer.jwks(),
    clock,
    revocation: {
      standing: ({ sid }) => (sid !== undefined && revoked.has(sid) ? 'revoked' : 'good'),
      close: () => {},
    },
    onDecision: (decision) => decisions.push(decision),
    onError: (_error, what) => errors.push(what),
  }
  const { port, close } = await start(options)
  const sign = (claims: Record<string, unknown> = {}): string => issuer.sign({ sub: 'ada', ...claims })
  try {
    await behaviour({
      sign,
      decisions,
      errors,
      raw: (path, more) => call(port, path, more),
      get: (path, claims, more = {}) =>
        call(port, path, {
          ...more,
          headers: [['Authorization', `Bearer ${sign(claims)}`], ...(more.headers ?? [])],
        }),
      revoke: (session) => revoked.add(session),
      pass: (seconds) => {
        ahead += seconds
      },
    })
  } finally {
    await close()
  }
}

type Behaviours = Readonly<Record<string, (scene: Scene) => Promise<void>>>

const status = async (answer: Promise<Answered>, expected: number): Promise<Answered> => {
  const answered = await answer
  assert.equal(answered.status, expected, answered.text)
  return answered
}

const problem = ({ headers, body, status }: Answered): void => {
  assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(body['status'], status)
  for (const member of ['type', 'title', 'detail', 'err']) assert.equal(typeof body[member], 'string', member)
}

const asking = ['Access-Control-Request-Method', 'POST'] as const
const preflight = [['Origin', 'https://app.test'], asking] as const

/** All that a client of Node can send; CONNECT is answered by the server before any handler. */
const methods = [...METHODS.filter((method) => method !== 'CONNECT'), 'UNKNOWN']

const hostile: readonly NonNullable<Call['headers']>[] = [
  [],
  [asking],
  preflight,
  [...preflight, ['Authorization', 'Bearer x.y.z']],
  [asking, ['X-HTTP-Method-Override', 'OPTIONS']],
]

/** What a server answers that closes the connection instead. */
const closed = (): Answered => ({ status: 0, headers: {}, text: '', body: {} })

export const behaviours: Behaviours = {
  'an open route is open, and nobody is there': async ({ raw, get }) => {
    assert.equal((await status(raw('/health'), 200)).body['current'], null)
    assert.equal((await status(get('/health'), 200)).body['current'], null)
    await status(raw('/health', { headers: [['Authorization', 'Bearer nonsense']] }), 200)
  },
  'an optional route knows the caller, takes strangers, and refuses a bad token': async ({ raw, get }) => {
    assert.equal((await status(raw('/feed'), 200)).body['current'], null)
    assert.equal((await status(get('/feed'), 200)).body['current'], 'ada')
    await status(get('/feed', { exp: 1 }), 401)
  },
  'no token is a challenge without an error, another scheme or an empty field too': async ({ raw }) => {
    for (const headers of [
      [],
      [['Authorization', 'Basic YTpi']],
      [['Authorization', '']],
    ] as Call['headers'][]) {
      const answer = await status(raw('/lounge', headers === undefined ? {} : { headers }), 401)
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="lounge"')
      problem(answer)
      assert.equal(answer.body['err'], 'Unauthorized')
    }
  },
  'a malformed or repeated header is a bad request': async ({ raw, sign }) => {
    const malformed = ['Bearer', 'Bearer a b', 'Bearer "x"', `Bearer ${sign()}, Bearer ${sign()}`]
    for (const value of malformed) {
      const answer = await status(raw('/lounge', { headers: [['Authorization', value]] }), 400)
      assert.match(answer.headers['www-authenticate'] ?? '', /error="invalid_request"/)
      problem(answer)
    }
    const line = ['Authorization', `Bearer ${sign()}`] as const
    await status(raw('/lounge', { headers: [line, line] }), 400)
    await status(raw('/lounge', { headers: [line, ['authorization', 'Basic YTpi']] }), 400)
  },
  'a token that does not hold is invalid, and never repeated in the answer': async ({ raw, get, sign }) => {
    const good = sign()
    const forged = `${good.slice(0, -10)}${good.endsWith('AAAAAAAAAA') ? 'B' : 'A'}AAAAAAAAA`
    for (const token of [
      forged,
      'nonsense',
      sign({ aud: 'another' }),
      sign({ exp: 1 }),
      sign({ iss: 'https://x.test' }),
    ]) {
      const answer = await status(raw('/lounge', { headers: [['Authorization', `Bearer ${token}`]] }), 401)
      assert.match(answer.headers['www-authenticate'] ?? '', /error="invalid_token"/)
      problem(answer)
      assert.ok(
        !JSON.stringify([answer.headers, answer.text]).includes(token.slice(-20)) || token === 'nonsense',
      )
    }
    await status(get('/lounge', { nbf: 9e9 }), 401)
  },
  'a signed-in user passes, in whatever case the scheme is written, and is known later': async ({
    get,
    raw,
    sign,
  }) => {
    assert.equal((await status(get('/lounge'), 200)).body['current'], 'ada')
    const headers = [['AUTHORIZATION', `bearer ${sign()}`]] as const
    assert.equal((await status(raw('/lounge', { headers }), 200)).body['current'], 'ada')
  },
  'the caller is known after a body was read': async ({ get }) => {
    const body = JSON.stringify({ text: 'x'.repeat(20_000) })
    assert.equal((await status(get('/lounge', {}, { method: 'POST', body }), 200)).body['current'], 'ada')
  },
  "an own record, and nobody else's": async ({ get }) => {
    await status(get('/users/ada'), 200)
    await status(get('/users/%61da'), 200)
    problem(await status(get('/users/bob'), 403))
    await status(get('/users/ADA'), 403)
    await status(get('/users/ada', { sub: 'a' }), 403)
    await status(get('/users/bob', { roles: ['admin'] }), 200)
    await status(get('/users/bob', { roles: 'admin' }), 403)
  },
  'a loaded owner, and nothing for who owns nothing': async ({ get }) => {
    await status(get('/posts/1'), 200)
    await status(get('/posts/2'), 403)
    await status(get('/posts/3'), 403)
    await status(get('/posts/3', { sub: 'null' }), 403)
    await status(get('/posts/4', { sub: '7' }), 200)
    await status(get('/posts/toString', { sub: 'undefined' }), 403)
    const answer = await status(get('/posts/2', { scope: 'posts:read' }), 403)
    assert.match(answer.headers['www-authenticate'] ?? '', /error="insufficient_scope".*scope="posts:delete"/)
    await status(get('/posts/2', { scope: 'posts:read posts:delete' }), 200)
  },
  'step-up is asked for only when it alone would let the caller in': async ({ get }) => {
    const now = Math.floor(Date.now() / 1000)
    const pay = { method: 'POST', body: '{}' }
    const fresh = { scope: 'payouts:write', acr: 'mfa', auth_time: now }
    await status(get('/payouts', fresh, pay), 200)
    for (const claims of [
      { ...fresh, acr: 'pwd' },
      { ...fresh, auth_time: now - 1000 },
    ]) {
      const answer = await status(get('/payouts', claims, pay), 401)
      const challenge = answer.headers['www-authenticate'] ?? ''
      assert.match(challenge, /error="insufficient_user_authentication".*acr_values="mfa".*max_age="300"/)
      problem(answer)
    }
    await status(get('/payouts', { ...fresh, scope: '', acr: 'pwd' }, pay), 403)
  },
  'a rule that throws lets nobody in, is reported, and the others are tried': async ({ get, errors }) => {
    await status(get('/throwing'), 403)
    assert.ok(errors.some((what) => what.includes("check('fails')")))
    await status(get('/throwing', { roles: ['admin'] }), 200)
  },
  'a guard on a router guards each route below it': async ({ raw, get }) => {
    await status(raw('/admin/stats'), 401)
    await status(get('/admin/stats'), 403)
    assert.equal((await status(get('/admin/stats', { roles: ['admin'] }), 200)).body['current'], 'ada')
  },
  'HEAD is guarded as GET is': async ({ raw, get }) => {
    const answer = await status(raw('/lounge', { method: 'HEAD' }), 401)
    assert.equal(answer.text, '')
    await status(get('/lounge', {}, { method: 'HEAD' }), 200)
  },
  'a complete preflight is answered by the guard, whatever token it brings': async ({
    raw,
    sign,
    decisions,
  }) => {
    const before = handled.times
    const admin = [['Authorization', `Bearer ${sign({ roles: ['admin'] })}`]] as const
    for (const path of ['/lounge', '/rpc', '/below', '/below/more']) {
      for (const headers of [preflight, [['Origin', 'null'], asking], [...preflight, ...admin]] as const) {
        const answer = await status(raw(path, { method: 'OPTIONS', headers }), 204)
        assert.equal(answer.text, '')
        assert.deepEqual(
          Object.keys(answer.headers).filter((name) => /^(access-control|content|www)-/.test(name)),
          [],
        )
      }
    }
    assert.equal(handled.times, before, 'a handler ran')
    for (const decision of decisions) {
      assert.deepEqual([decision.allowed, decision.allowed || decision.reason], [false, 'preflight'])
    }
    assert.equal(decisions.length, 12)
  },
  'an OPTIONS that is no complete preflight is judged as any request is': async ({ raw, get }) => {
    const before = handled.times
    const from = (...origins: string[]) => origins.map((origin) => ['Origin', origin] as const)
    for (const headers of [
      [],
      [asking],
      from('https://app.test'),
      [...from('app.test'), asking],
      [...from(''), asking],
      [...from('https://app.test/path'), asking],
      [...from('https://app.test', 'https://evil.test'), asking],
      [...preflight, asking],
      [...from('https://app.test'), ['Access-Control-Request-Method', '']],
      [...from('https://app.test'), ['Access-Control-Request-Method', 'PO ST']],
      [...preflight, ['Transfer-Encoding', 'chunked']],
    ] as Call['headers'][]) {
      problem(await status(raw('/rpc', { method: 'OPTIONS', ...(headers && { headers }) }), 401))
    }
    problem(await status(raw('/rpc', { method: 'OPTIONS', headers: preflight, body: '{"do":"all"}' }), 401))
    await status(get('/rpc', {}, { method: 'OPTIONS', headers: [asking] }), 403)
    assert.equal(handled.times, before, 'a handler ran')
    await status(get('/rpc', { roles: ['admin'] }, { method: 'OPTIONS', headers: [asking] }), 200)
    assert.ok(handled.times > before)
  },
  'no method, header or body takes a stranger past a guard': async ({ raw, get }) => {
    const before = handled.times
    for (const path of ['/rpc', '/below/more']) {
      for (const method of methods) {
        for (const headers of hostile) {
          for (const body of [undefined, '{"do":"deleteAll"}']) {
            const sent = { method, headers, ...(body === undefined ? {} : { body }) }
            const answer = await raw(path, sent).catch(closed)
            const what = `${method} ${path} ${JSON.stringify(headers)} ${body}: ${answer.status}`
            assert.ok([0, 204, 400, 401, 404, 405, 501].includes(answer.status), what)
            if (answer.status === 204) assert.deepEqual([method, body], ['OPTIONS', undefined], what)
            assert.equal(handled.times, before, what)
          }
        }
      }
    }
    await status(get('/rpc', { roles: ['admin'] }), 200)
    await status(get('/below/more', { roles: ['admin'] }, { method: 'DELETE' }), 200)
  },
  'a preflight of an optional route is judged by its rule, which strangers pass': async ({ raw }) => {
    const sent = { method: 'OPTIONS', headers: preflight }
    assert.equal((await status(raw('/ask', sent), 200)).body['current'], null)
    const forged = [...preflight, ['Authorization', 'Bearer x.y.z']] as const
    await status(raw('/ask', { ...sent, headers: forged }), 401)
  },
  'a scheme and a token may have several spaces between them': async ({ raw, sign }) => {
    for (const scheme of ['Bearer', 'bearer']) {
      const sent = (value: string) => raw('/lounge', { headers: [['Authorization', value]] })
      await status(sent(`${scheme}  ${sign()}`), 200)
      await status(sent(`${scheme}    ${sign()}`), 200)
      await status(sent(`${scheme}\t${sign()}`), 400)
      await status(sent(`${scheme} \t${sign()}`), 400)
      await status(sent(`${scheme}  `), 400)
      await status(sent(`${scheme}  x.y.z`), 401)
    }
  },
  'a revoked session is refused although its token was seen before': async ({ get, revoke }) => {
    await status(get('/lounge', { sid: 's1' }), 200)
    revoke('s1')
    assert.equal((await status(get('/lounge', { sid: 's1' }), 401)).body['code'], 'token_revoked')
  },
  'a token seen before ends when its time is over': async ({ raw, sign, pass }) => {
    const headers = [['Authorization', `Bearer ${sign()}`]] as const
    await status(raw('/lounge', { headers }), 200)
    await status(raw('/lounge', { headers }), 200)
    pass(700)
    await status(raw('/lounge', { headers }), 401)
  },
  'a stream ends when its token does': async ({ get, revoke, sign, raw, pass }) => {
    const revoked = get('/events', { sid: 's2' }, { onBytes: () => revoke('s2') })
    assert.match((await status(revoked, 200)).text, /^data: tick/)
    const headers = [['Authorization', `Bearer ${sign()}`]] as const
    const expired = raw('/events', { headers, onBytes: () => pass(700) })
    assert.match((await status(expired, 200)).text, /^data: tick/)
  },
  'over one connection nobody is taken for another, and on open routes for nobody': async ({ get, raw }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      const calls = Array.from({ length: 60 }, async (_, at) => {
        const sub = `user-${at}`
        if (at % 3 === 0) assert.equal((await raw('/health', { agent })).body['current'], null)
        else if (at % 3 === 1) assert.equal((await get('/lounge', { sub }, { agent })).body['current'], sub)
        else {
          const body = JSON.stringify({ text: 'x'.repeat(5000) })
          assert.equal((await get('/lounge', { sub }, { agent, method: 'POST', body })).body['current'], sub)
        }
      })
      await Promise.all(calls)
    } finally {
      agent.destroy()
    }
  },
  'each decision is shown once, with its reason': async ({ get, raw, decisions }) => {
    await raw('/lounge')
    await get('/lounge')
    await get('/users/bob')
    const shown = decisions.map((each) => (each.allowed ? each.rule : each.reason))
    assert.deepEqual(shown, ['no_token', 'signed in', 'rule_not_met'])
  },
}
