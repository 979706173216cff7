import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkDirections } from './check.ts'

let folder: string | undefined
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true })
  folder = undefined
})

/** Checks a small repository that holds these files and no others. */
function check(files: Record<string, string>): string[] {
  folder = mkdtempSync(join(tmpdir(), 'directions-'))
  const guard = {
    name: '@gatehouse/guard',
    exports: {
      '.': './src/index.ts',
      './testing': './src/testing/index.ts',
      './internal/revocation': './src/revocation/internal.ts',
    },
  }
  const all = { 'packages/guard/package.json': JSON.stringify(guard), ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return checkDirections(folder)
}

const capability = (path: string): string => `packages/server/src/capabilities/${path}`

test('routes -> service -> store, downward through index.ts, has no violation', () => {
  expect(
    check({
      [capability('accounts/routes.ts')]:
        "import { a } from './service.ts'; import { createGuard } from '@gatehouse/guard'",
      [capability('accounts/service.ts')]:
        "import { b } from './store.ts'; import { c } from '../roles/index.ts'",
      [capability('accounts/store.ts')]: "import type { Row } from './schema.ts'; db.selectFrom('users')",
      [capability('accounts/schema.ts')]: "declare module '../../t.ts' { interface Tables { users: Row } }",
      [capability('roles/index.ts')]: "export { c } from './service.ts'",
      [capability('roles/service.ts')]: 'export const c = 1',
    }),
  ).toEqual([])
})

test.each([
  [
    'a capability that calls a higher one',
    capability('roles/service.ts'),
    "import { a } from '../accounts/index.ts'",
    'stands below',
  ],
  [
    'a capability called behind its index.ts',
    capability('accounts/service.ts'),
    "import { a } from '../roles/service.ts'",
    'index.ts only',
  ],
  [
    'a capability nobody has placed',
    capability('gifts/service.ts'),
    "import { a } from '../roles/index.ts'",
    'not listed',
  ],
  [
    'routes that call a store',
    capability('roles/routes.ts'),
    "import { a } from './store.ts'",
    'never a store',
  ],
  [
    'a service that calls routes',
    capability('roles/service.ts'),
    "import { a } from './routes.ts'",
    'below the routes',
  ],
  [
    'a store that calls a service',
    capability('roles/store.ts'),
    "export { a } from './service.ts'",
    'no service',
  ],
  [
    'a platform that knows the settings, if only their types',
    'packages/server/src/platform/a.ts',
    "import type { Config } from '../config.ts'",
    'no setting',
  ],
  [
    'a platform that knows the context of services',
    'packages/server/src/platform/db/transaction.ts',
    "import type { Context } from '../../context.ts'",
    'the platform',
  ],
  [
    'a service that knows HTTP',
    capability('roles/service.ts'),
    "import type { HttpEnv } from '../../platform/http/variables.ts'",
    'HTTP is for routes',
  ],
  [
    'a mechanism that knows HTTP',
    'packages/server/src/platform/throttles.ts',
    "import { TooMany } from './http/problems.ts'",
    'a mechanism does not know HTTP',
  ],
  [
    'a platform that knows a capability',
    'packages/server/src/platform/a.ts',
    "import '../capabilities/roles/index.ts'",
    'the platform',
  ],
  [
    'a command that calls a store',
    'packages/server/src/cli/user.ts',
    "await import('../capabilities/roles/store.ts')",
    'index.ts only',
  ],
  [
    'a command of a capability that calls its store',
    capability('roles/commands.ts'),
    "import { a } from './store.ts'",
    'never a store',
  ],
  [
    'a service that knows the command line',
    capability('roles/service.ts'),
    "import { table } from '../../cli/lists.ts'",
    'built from it',
  ],
  [
    'a command of a capability that opens the database itself',
    capability('roles/commands.ts'),
    "import { openRuntime } from '../../runtime.ts'",
    'built from it',
  ],
  [
    'a type from a forbidden room',
    'packages/guard/src/verify/a.ts',
    "import type { A } from '../adapters/express/a.ts'",
    'knows no adapters',
  ],
  [
    'a guard that uses the server by a path',
    'packages/guard/src/a.ts',
    "import '../../server/src/index.ts'",
    'published name',
  ],
  [
    'a prover that uses the guard itself',
    'packages/prove/src/a.ts',
    "import { createGuard } from '@gatehouse/guard'",
    'prove knows only',
  ],
  [
    'an example that uses the guard’s internals',
    'examples/a/main.ts',
    "import { Judge } from '@gatehouse/guard/internal/revocation'",
    'only the server',
  ],
  [
    'an example that reaches into a package',
    'examples/a/main.ts',
    "import '../../packages/guard/src/index.ts'",
    'published name',
  ],
  [
    'production code that uses test tools',
    'packages/server/src/app.ts',
    "import './testing/context.ts'",
    'made for tests',
  ],
])('%s is found', (_what, path, text, reason) => {
  expect(check({ [path]: text })).toContainEqual(
    expect.stringMatching(new RegExp(`^${path.replaceAll('.', '\\.')} .*${reason}`)),
  )
})

test('a table queried by another capability, and SQL outside a store, are found', () => {
  const violations = check({
    [capability('accounts/schema.ts')]: "declare module '../../t.ts' { interface Tables {\n  users: Row\n} }",
    [capability('accounts/service.ts')]: "db.updateTable('users')",
    [capability('tokens/store.ts')]: "db.selectFrom('sessions').innerJoin('users as u', 'a', 'b')",
  })
  expect(violations).toHaveLength(2)
  expect(violations.join()).toMatch(/accounts\/service\.ts queries .*SQL stands in a store/)
  expect(violations.join()).toMatch(/tokens\/store\.ts queries the table 'users': it belongs to 'accounts'/)
})

test.each([
  ['of imports', "import './b.ts'", "export * from './a.ts'"],
  ['of types alone', "import type { B } from './b.ts'", "import { type A } from './a.ts'"],
  ['of types inside a type', "export type A = import('./b.ts').B", "import type { A } from './a.ts'"],
])('a cycle of files is found: %s', (_what, one, other) => {
  const a = 'packages/guard/src/a.ts'
  const b = 'packages/guard/src/b.ts'
  expect(check({ [a]: one, [b]: other })).toEqual([`a cycle: ${a} -> ${b} -> ${a}`])
})

test.each(['bench', 'scripts', 'tests'])(
  'a cycle of files is found in %s, and between a test and what it tests',
  (folder) => {
    const [a, b] = [`${folder}/a.ts`, `${folder}/b/c.test.ts`]
    expect(check({ [a]: "import './b/c.test.ts'", [b]: "import type { A } from '../a.ts'" })).toEqual([
      `a cycle: ${a} -> ${b} -> ${a}`,
    ])
  },
)

test('what measures or checks looks into packages, and is used by nothing', () => {
  const tested = 'packages/server/src/testing/a.ts'
  expect(
    check({
      'bench/a.ts': "import '../packages/server/src/testing/a.ts'; import '../scripts/a.ts'",
      'tests/a.test.ts': "import '../scripts/a.ts'; import '../packages/server/src/testing/a.ts'",
      'scripts/a.ts': "import '@gatehouse/guard'",
      [tested]: '',
    }),
  ).toEqual([])
  const violations = check({
    'scripts/a.ts': "import '../bench/b.ts'",
    'bench/b.ts': '',
    'examples/a/b.ts': "import '../../scripts/c.ts'",
    [tested]: "import '../../../../scripts/c.ts'",
    'scripts/c.ts': '',
  })
  expect(violations).toHaveLength(3)
  expect(violations.join()).toMatch(/scripts\/a\.ts .*'bench' is used by nothing else/)
  expect(violations.join()).toMatch(/examples\/a.*'scripts' is used by nothing but bench and tests/)
})

test('capabilities that call each other are found, in the wrong direction and as a cycle', () => {
  const violations = check({
    [capability('keys/service.ts')]: "import { a } from '../audit/index.ts'",
    [capability('audit/service.ts')]: "import type { K } from '../keys/index.ts'",
  })
  expect(violations.join()).toMatch(/'audit' stands below 'keys'.*a cycle: audit -> keys -> audit/)
})
