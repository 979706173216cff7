import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeEachDatabase } from './testing/databases.ts'
import {
  errorType,
  fillPath,
  type OpenApi,
  type Operation,
  operationsOf,
  resolve,
  type Schema,
} from './testing/operations.ts'
import { type Person, type TestAnswer, type TestServer, testPassword, testServer } from './testing/server.ts'

const injections = [
  "' OR '1'='1",
  "'; DROP TABLE users; --",
  '" UNION SELECT password_hash FROM credentials --',
  "admin'--",
  '1; SELECT pg_sleep(9)',
  '%',
  '_',
  '\\',
  '{{7*7}}',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '\r\nSet-Cookie: x=1',
  '\u202e',
  '\u{1f600}',
]
/** What would tell how the inside looks. */
const leaks =
  /sqlite|postgres|syntax error|select |insert |constraint|\bat .+:\d+:\d+|node_modules|\$argon2|kysely/i

describeEachDatabase('hostile input', (open) => {
  let server: TestServer
  let document: OpenApi
  let operations: Operation[]
  let admin: Person
  let member: Person
  let victim: Person
  beforeAll(async () => {
    server = await testServer((await open()).db, {}, { feed: true })
    document = (await server.request('GET', '/openapi.json')).body
    operations = operationsOf(document)
    admin = await server.admin()
    member = await server.member('attacker')
    victim = await server.member('victim')
    const profile = { display_name: 'Victim', data: { keep: true } }
    await server.request('PUT', '/users/me/profile', { token: victim.token, body: profile })
  })

  afterAll(() => server.close())

  /** Everything that is nobody's doing but an administrator's, or the victim's own. */
  async function everythingElse(): Promise<unknown> {
    const { db } = server.ctx
    return {
      users: await db
        .selectFrom('users')
        .selectAll()
        .where('id', 'in', [victim.id, admin.id])
        .orderBy('id')
        .execute(),
      credentials: await db
        .selectFrom('credentials')
        .selectAll()
        .where('user_id', 'in', [victim.id, admin.id])
        .orderBy('user_id')
        .execute(),
      profiles: await db
        .selectFrom('profiles')
        .selectAll()
        .where('user_id', 'in', [victim.id, admin.id])
        .orderBy('user_id')
        .execute(),
      roles: await db.selectFrom('roles').selectAll().orderBy('name').execute(),
      permissions: await db
        .selectFrom('role_permissions')
        .selectAll()
        .orderBy('role')
        .orderBy('permission')
        .execute(),
      powerful: await db.selectFrom('user_roles').selectAll().where('role', '!=', 'member').execute(),
      sessions: await db
        .selectFrom('sessions')
        .select(['id', 'ended_at'])
        .where('user_id', 'in', [victim.id, admin.id])
        .orderBy('id')
        .execute(),
    }
  }

  /** A refusal as it has to be: of a caller's making, a problem document, and silent about the inside. */
  function expectRefusal(answer: TestAnswer, statuses: readonly number[], what: string): void {
    expect(statuses, `${what}: ${answer.status} ${answer.text}`).toContain(answer.status)
    const oauth = what.includes('/oauth/')
    expect(answer.headers.get('content-type'), what).toBe(errorType(oauth ? '/oauth/' : '/'))
    expect(answer.body, what).toMatchObject({
      ...(oauth && { error: expect.any(String), error_description: expect.any(String) }),
      status: answer.status,
      type: expect.stringMatching(/^urn:gatehouse:problem:/),
      title: expect.any(String),
      detail: expect.any(String),
      err: expect.any(String),
      request_id: answer.headers.get('x-request-id'),
    })
    expect(answer.text, what).not.toMatch(leaks)
  }

  /** What the caller may do, and would have no token after. */
  const endsOwnSession = ({ method, path }: Operation): boolean =>
    path === '/auth/sign-out' || (method === 'DELETE' && path.startsWith('/users/me'))

  const withBody = () => operations.filter(({ body }) => body !== undefined)
  const fieldsOf = ({ body }: Operation): [string, Schema][] =>
    Object.entries(body?.properties ?? {}).map(([name, schema]) => [name, resolve(document, schema)])
  const send = (operation: Operation, call: Parameters<TestServer['request']>[2]) =>
    server.request(
      operation.method,
      fillPath(operation, (name) => (name === 'role' ? 'made-up' : admin.id)),
      {
        token: admin.token,
        ...call,
      },
    )

  test.each([
    ['is no JSON', { raw: 'not json' }, [400]],
    ['is cut off', { raw: '{"username":"ana"' }, [400]],
    [
      'is another type',
      { raw: 'username=ana', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      [415],
    ],
    ['has no type', { raw: '{}', headers: { 'content-type': 'text/plain' } }, [415]],
    ['is too large', { raw: JSON.stringify({ username: 'x'.repeat(70_000) }) }, [413]],
    ['is too deep', { raw: `{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}` }, [400]],
    ['is an array', { raw: '[]' }, [422]],
    ['is null', { raw: 'null' }, [422]],
    ['is a string', { raw: '"x"' }, [422]],
    ['has __proto__', { raw: '{"__proto__":{"roles":["admin"]}}' }, [422]],
    ['has a constructor', { raw: '{"constructor":{"prototype":{"roles":["admin"]}}}' }, [422]],
    ['has NUL in a field’s name', { raw: '{"a\\u0000":1}' }, [422]],
    ['is not UTF-8', { raw: new Uint8Array([0x7b, 0xff, 0x7d]) }, [400]],
  ] as const)('a body that %s', async (_, call, statuses) => {
    const before = await everythingElse()
    for (const operation of withBody()) {
      expectRefusal(await send(operation, call), statuses, `${operation.method} ${operation.path}`)
    }
    expect(await everythingElse()).toEqual(before)
    expect(Object.prototype).not.toHaveProperty('roles')
  })

  const badBodies = [
    ['is too large', { raw: JSON.stringify({ username: 'x'.repeat(70_000) }) }, 413],
    ['says that it is larger than it is', { raw: '{}', headers: { 'content-length': '10000000' } }, 413],
    ['is malformed JSON', { raw: '{"username":' }, 400],
    ['is plain text', { raw: 'username=ana', headers: { 'content-type': 'text/plain' } }, 415],
    ['is not UTF-8', { raw: new Uint8Array([0x7b, 0xff, 0x7d]) }, 400],
    ['has a forbidden field', { raw: '{"__proto__":{"roles":["admin"]}}' }, 422],
  ] as const
  describe.each(badBodies)('a body that %s', (_, call, status) => {
    const guarded = () => operations.filter(({ method, secured }) => method !== 'GET' && secured)

    test('tells strangers and forgers nothing: 401, on every guarded route', async () => {
      expect(guarded().length).toBeGreaterThan(12)
      for (const token of [undefined, `${admin.token.slice(0, -4)}AAAA`]) {
        for (const operation of guarded()) {
          const answer = await send(operation, { ...call, token })
          expectRefusal(answer, [401], `${operation.method} ${operation.path}`)
          expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
        }
      }
    })

    test('tells those who lack the permission nothing: 403, on every route for administrators', async () => {
      const forAdministrators = guarded().filter(({ path }) => /\{userId\}|^\/(roles|keys)/.test(path))
      expect(forAdministrators.length).toBeGreaterThan(8)
      for (const operation of forAdministrators) {
        const answer = await send(operation, { ...call, token: member.token })
        expectRefusal(answer, [403], `${operation.method} ${operation.path}`)
      }
    })

    test(`gets an allowed caller a ${status}, on every route that takes no other kind of body`, async () => {
      const before = await everythingElse()
      const takesJson = ({ method, path }: Operation) => method !== 'GET' && !path.startsWith('/oauth/')
      for (const operation of operations.filter(takesJson))
        expectRefusal(await send(operation, call), [status], `${operation.method} ${operation.path}`)
      expect(await everythingElse()).toEqual(before)
    })
  })

  test('unknown fields, and fields that nobody may set, are refused by name', async () => {
    const before = await everythingElse()
    for (const operation of withBody()) {
      const known = fieldsOf(operation).map(([name]) => name)
      const others = [
        'id',
        'roles',
        'permissions',
        'email_verified',
        'disabled',
        'created_at',
        'password_hash',
        'isAdmin',
        'user_id',
      ]
      for (const field of others.filter((name) => !known.includes(name))) {
        const answer = await send(operation, { body: { [field]: true } })
        expectRefusal(answer, [422], `${operation.path} ${field}`)
        expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, code: 'unknown_field' }))
      }
    }
    expect(await everythingElse()).toEqual(before)
  })

  test('a wrong type in any field is refused by that field’s name', async () => {
    const before = await everythingElse()
    for (const operation of withBody()) {
      for (const [field, schema] of fieldsOf(operation)) {
        for (const value of field === 'data'
          ? []
          : [schema.type === 'integer' ? '7' : 7, {}, [[]], [7], schema.type === 'boolean' ? 'true' : true]) {
          const answer = await send(operation, { body: { [field]: value } })
          expectRefusal(answer, [422], `${operation.path} ${field} ${JSON.stringify(value)}`)
          const fields = answer.body.errors.map((error: { field: string }) => error.field.split('.')[0])
          expect(fields, `${operation.path} ${JSON.stringify(value)}`).toContain(field)
        }
      }
    }
    expect(await everythingElse()).toEqual(before)
  })

  test('NUL and lone surrogates in any field are refused by that field’s name', async () => {
    for (const operation of withBody()) {
      for (const [field, schema] of fieldsOf(operation)) {
        for (const text of ['nul\\u0000', 'half \\ud83d', '\\udc00']) {
          const value = schema.type === 'array' ? `["${text}"]` : `"${text}"`
          const answer = await send(operation, { raw: `{"${field}":${value}}` })
          expectRefusal(answer, [422], `${operation.path} ${field} ${text}`)
          expect(answer.body.errors[0].field.split('.')[0]).toBe(field)
        }
      }
    }
  })

  test('SQL in every field and parameter is text and nothing else', async () => {
    const before = await everythingElse()
    for (const operation of operations.filter((operation) => !endsOwnSession(operation))) {
      for (const text of injections) {
        const values = fieldsOf(operation).map(([name, schema]) => [
          name,
          schema.type === 'array' ? [text] : text,
        ])
        const query = operation.queryParameters.map((name) => `${name}=${encodeURIComponent(text)}`).join('&')
        const path = `${fillPath(operation, () => text)}?${query}`
        const answer = await server.request(operation.method, path, {
          token: member.token,
          ...(operation.body === undefined ? {} : { body: Object.fromEntries(values) }),
        })
        expect(answer.status, `${operation.method} ${path}`).toBeLessThan(500)
        expect(answer.text).not.toMatch(leaks)
        if (answer.status >= 400) expectRefusal(answer, [answer.status], path)
      }
    }
    expect(await everythingElse()).toEqual(before)
  })

  test('a search for SQL finds what contains it: nobody', async () => {
    for (const text of injections) {
      const answer = await server.request('GET', `/users?q=${encodeURIComponent(text)}`, {
        token: member.token,
      })
      expect([answer.status, answer.body]).toEqual([200, []])
    }
  })

  test.each(['-1', '0', '101', '1e9', '1e999', 'NaN', '0x10', '1.5', '٣', '', ' ', '10,20', 'null'])(
    'a limit of "%s" is refused by name on every list',
    async (limit) => {
      for (const operation of operations.filter(({ queryParameters }) => queryParameters.includes('limit'))) {
        const path = `${fillPath(operation, () => 'me')}?limit=${encodeURIComponent(limit)}`
        const answer = await server.request('GET', path, { token: admin.token })
        expectRefusal(answer, [422], path)
        expect(answer.body.errors[0].field).toBe('limit')
      }
    },
  )

  test('made-up, altered and foreign cursors are refused by name on every list', async () => {
    const page = await server.request('GET', '/users?limit=1', { token: admin.token })
    const real = /cursor=([\w-]+)/.exec(page.headers.get('link') ?? '')?.[1] ?? ''
    const altered = `${real.slice(0, -2)}${real.endsWith('AA') ? 'BB' : 'AA'}`
    for (const operation of operations.filter(({ queryParameters }) => queryParameters.includes('cursor'))) {
      const foreign = operation.path === '/users' ? [] : [real]
      for (const cursor of [
        'x',
        '%00',
        victim.id,
        'AAAA',
        altered,
        `${real}A`,
        'x'.repeat(2_000),
        "'--",
        ...foreign,
      ]) {
        const path = `${fillPath(operation, () => 'me')}?cursor=${cursor.startsWith('%') ? cursor : encodeURIComponent(cursor)}`
        const answer = await server.request('GET', path, { token: admin.token })
        expectRefusal(answer, [422], path)
        expect(answer.body.errors[0].field).toBe('cursor')
      }
    }
  })

  test('other people’s ids open nothing, however they are written', async () => {
    const before = await everythingElse()
    const spellings = [
      victim.id,
      victim.id.toUpperCase(),
      ` ${victim.id}`,
      `${victim.id}%00`,
      `${victim.id}/`,
      `{${victim.id}}`,
    ]
    for (const operation of operations.filter(({ pathParameters }) => pathParameters.includes('userId'))) {
      for (const spelling of spellings) {
        const path = operation.path.replace('{userId}', spelling).replace(/\{\w+\}/g, 'x')
        const call = { token: member.token, ...(operation.body === undefined ? {} : { body: {} }) }
        expectRefusal(
          await server.request(operation.method, path, call),
          [403, 404],
          `${operation.method} ${path}`,
        )
      }
    }
    expect(await everythingElse()).toEqual(before)
  })

  describe('an Authorization header', () => {
    test.each([
      ['of another scheme', 'Basic YTpi', [401], undefined],
      ['that is empty', '', [401], undefined],
      ['without a token', 'Bearer', [401, 400], undefined],
      ['with two tokens', 'Bearer a b', [400], 'invalid_request'],
      ['given twice', 'Bearer aaa.bbb.ccc, Bearer aaa.bbb.ccc', [400], 'invalid_request'],
      ['with no JWT', 'Bearer abc', [401], 'invalid_token'],
      ['that is huge', `Bearer ${'a'.repeat(20_000)}`, [401, 400], undefined],
    ] as const)('%s', async (_, header, statuses, error) => {
      const answer = await server.request('GET', '/users/me', { headers: { authorization: header } })
      expectRefusal(answer, statuses, header.slice(0, 40))
      const challenge = answer.headers.get('www-authenticate') ?? ''
      expect(challenge).toMatch(/^Bearer /)
      if (error !== undefined) expect(challenge).toContain(`error="${error}"`)
    })
  })

  test('nothing that can be sent makes a 5xx, an undescribed answer, or a change to somebody else', async () => {
    const before = await everythingElse()
    const text = fc.oneof(
      fc.constantFrom(
        ...injections,
        '\u0000',
        '\ud800',
        '__proto__',
        'me',
        'admin',
        'member',
        testPassword,
        '0',
        '-1',
        '1e9',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constant('x'.repeat(5_000)),
    )
    const value = fc.oneof(
      { weight: 3, arbitrary: text },
      { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    )
    const request = fc
      .constantFrom(...operations.filter((operation) => !endsOwnSession(operation)))
      .chain((operation) =>
        fc.record({
          operation: fc.constant(operation),
          ids: fc.array(fc.oneof(fc.constantFrom(victim.id, admin.id), text), { minLength: 2, maxLength: 2 }),
          query: fc.dictionary(fc.constantFrom(...operation.queryParameters, 'x'), text, { maxKeys: 3 }),
          body: fc.oneof(
            {
              weight: 4,
              arbitrary: fc.record(Object.fromEntries(fieldsOf(operation).map(([name]) => [name, value])), {
                requiredKeys: [],
              }),
            },
            { weight: 1, arbitrary: fc.jsonValue() },
          ),
          who: fc.constantFrom('stranger', 'member', 'forger'),
        }),
      )
    await fc.assert(
      fc.asyncProperty(request, async ({ operation, ids, query, body, who }) => {
        const given = ids.map((id) => (['me', '', '.', '..'].includes(id) ? 'x' : id.toWellFormed()))
        const path = `${fillPath(operation, () => given.shift() ?? 'x')}?${new URLSearchParams(query)}`
        const tokens = {
          stranger: undefined,
          member: member.token,
          forger: `${victim.token.slice(0, -4)}AAAA`,
        }
        const answer = await server.request(operation.method, path, {
          token: tokens[who],
          ...(operation.method === 'GET' ? {} : { body }),
        })
        expect(answer.status).toBeLessThan(500)
        expect(Object.keys(operation.responses), `${operation.method} ${path}: ${answer.text}`).toContain(
          String(answer.status),
        )
        if (answer.status >= 400) expectRefusal(answer, [answer.status], path)
        if (who !== 'member' && operation.secured) expect(answer.status).toBe(401)
      }),
      { numRuns: 1_000, interruptAfterTimeLimit: 60_000 },
    )
    expect(await everythingElse()).toEqual(before)
    expect((await server.request('GET', '/users/me', { token: member.token })).status).toBe(200)
  }, 120_000)
})
