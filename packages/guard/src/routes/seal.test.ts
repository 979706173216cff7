import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UndeclaredRoutesError } from './fault.ts'
import { ManifestError, printRoutes, readManifest } from './index.ts'
import { sealTable } from './seal.ts'
import {
  guarded,
  handler,
  layer,
  middleware,
  open,
  own,
  role,
  route,
  shared,
  tableOf,
} from './testing/tables.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'manifest-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

const source = { file: 'src/app.ts', line: 12 }
const reason = 'posts are looked up within their user'
const declared = tableOf([
  layer('/', middleware('logRequests')),
  { ...route('GET', '/health', open('liveness probe'), handler), source },
  {
    ...route('GET', '/users/:userId/posts/:postId', shared(reason, own('userId'), role('admin')), handler),
    source,
  },
  { ...route('GET', '/profiles/:name', shared('profiles are public'), handler), source },
])

test('the manifest is written where GATEHOUSE_MANIFEST says, and read back', async () => {
  const path = join(directory, 'deep', 'routes.json')
  vi.stubEnv('GATEHOUSE_MANIFEST', path)
  const manifest = await sealTable(declared)
  expect(await readManifest(path)).toEqual(manifest)
  expect(await readFile(path, 'utf8')).toMatch(/\}\n$/)
  expect(manifest).toMatchObject({ version: 1, middleware: [{ path: '/*', name: 'logRequests' }] })
  expect(manifest.routes[2]).toEqual({
    method: 'GET',
    path: '/users/:userId/posts/:postId',
    parameters: ['userId', 'postId'],
    kind: 'shared',
    rules: [
      { kind: 'own', param: 'userId', loaded: false },
      { kind: 'role', role: 'admin' },
    ],
    reason,
    printed: "own('userId') or role('admin')",
    unmentioned: ['postId'],
    source,
    notes: ['parameter :postId is not mentioned by any rule'],
  })
})

test('a manifest with a rule that this version does not know is refused, with the route that has it', async () => {
  const path = join(directory, 'routes.json')
  vi.stubEnv('GATEHOUSE_MANIFEST', path)
  const written = await sealTable(declared)
  const own = { kind: 'own', param: 'userId', loaded: false }
  for (const rule of [
    null,
    'admin',
    { kind: 'moonPhase' },
    { kind: 'toString' },
    { kind: 'own', loaded: false },
    { ...own, loaded: 'no' },
    { kind: 'stepUp', acr: 'mfa', acrOrder: 'pwd' },
    { kind: 'all', rules: [own, { kind: 'moonPhase' }] },
  ]) {
    const routes = written.routes.map((each) => ({ ...each, rules: [own, rule] }))
    await writeFile(path, JSON.stringify({ ...written, routes }))
    await expect(readManifest(path), JSON.stringify(rule)).rejects.toThrow(/GET \/health has a rule/)
  }
  const rules = [{ kind: 'all', rules: [own, { kind: 'stepUp', maxAge: 5 }] }]
  const routes = written.routes.map((each) => ({ ...each, rules }))
  await writeFile(path, JSON.stringify({ ...written, routes }))
  expect((await readManifest(path)).routes[0]?.rules).toEqual(rules)
})

test('what is not a manifest of this version is refused', async () => {
  const path = join(directory, 'routes.json')
  for (const text of ['nonsense', '[]', '{"version":2,"routes":[]}', '{"version":1,"routes":[null]}']) {
    await writeFile(path, text)
    await expect(readManifest(path)).rejects.toThrow(ManifestError)
  }
})

test('the error names each route, its line, and the line to write', async () => {
  const wrong = tableOf([
    { ...route('GET', '/users', handler), source },
    { ...route('DELETE', '/users/:id', handler), source },
    { ...route('GET', '/users/:id', guarded(), handler), source },
  ])
  const error = await sealTable(wrong).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(UndeclaredRoutesError)
  expect(error).toMatchObject({ code: 'undeclared_routes' })
  expect(
    String(error),
  ).toBe(`UndeclaredRoutesError: The application cannot start: 3 things must be settled first.

Nothing says who may call this route.
  GET /users  (src/app.ts:12)
      It has neither a rule nor guard.open(…).
      Say who may call it: app.get('/users', guard(), …)   or, for everybody: guard.open('why')
  DELETE /users/:id  (src/app.ts:12)
      It has neither a rule nor guard.open(…).
      Say who may call it: app.delete('/users/:id', guard(own('id')), …)   or, for everybody: guard.open('why')

Any signed-in user may name any id.
  GET /users/:id  (src/app.ts:12)
      It takes :id, and any signed-in user may call it with anyone's.
      Say whose it is, guard(own('id')) or guard(own('id', loadOwner)), or why everybody may: guard.shared('why').`)
})

test('the table shows method, path, allowed callers, why, and where', async () => {
  expect(printRoutes(await sealTable(declared))).toBe(
    [
      'METHOD  PATH                          ALLOWED CALLERS                 WHY / NOTES                                                                            WHERE',
      'GET     /health                       anyone                          liveness probe                                                                         src/app.ts:12',
      'GET     /profiles/:name               signed in                       profiles are public; reaches every id                                                  src/app.ts:12',
      "GET     /users/:userId/posts/:postId  own('userId') or role('admin')  posts are looked up within their user; parameter :postId is not mentioned by any rule  src/app.ts:12",
      '',
      '3 routes, 1 of them open to anyone',
    ].join('\n'),
  )
})

test('the error is printed once by Node: its faults are not repeated below the message', () => {
  const detail = 'It has neither a rule nor guard.open(…).'
  const fault = {
    kind: 'undeclared',
    subject: 'GET /x',
    source: undefined,
    detail,
    remedy: 'Add one.',
  } as const
  const error = new UndeclaredRoutesError([fault])
  expect(inspect(error).split(detail)).toHaveLength(2)
  expect(error.faults).toEqual([fault])
})
