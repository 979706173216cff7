import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkConfig, checkEntries, configFields } from './check-config.ts'
import { main } from './cli.ts'
import type { ProveConfig } from './config.ts'
import { initialConfig } from './init.ts'
import type { ManifestRoute } from './plan/manifest.ts'
import { prove } from './prove.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prove-config-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(...parameters: string[]): Promise<{ code: number; stderr: string }> {
  let stderr = ''
  const ignore = { write: () => undefined }
  const code = await main(parameters, {
    stdout: ignore,
    stderr: { write: (text) => (stderr += text) },
    folder,
  })
  return { code, stderr }
}

/** Nothing listens there: a run that got as far as calling it would say so. */
const base = 'http://127.0.0.1:9'

test('every unknown field of a configuration file is named before any call', async () => {
  const config = {
    base,
    disposible: true,
    recources: {},
    revocation: { stalenes: 3 },
    owners: [
      { id: 'a', username: 'a' },
      { id: 'b', usrname: 'b' },
    ],
  }
  const file = 'prove.config.mjs'
  await writeFile(join(folder, file), `export default ${JSON.stringify(config)}`)
  const { code, stderr } = await run('--config', file, '--manifest', 'none.json')
  expect(code).toBe(2)
  for (const [name, meant] of [
    ['disposible', 'disposable'],
    ['recources', 'resources'],
    ['revocation.stalenes', 'revocation.staleness'],
    ['owners[1].usrname', 'owners[1].username'],
  ]) {
    expect(stderr).toContain(`\`${name}\` is not a field. Did you mean \`${meant}\`?`)
  }
})

test('a misspelt base is named as such', async () => {
  await writeFile(join(folder, 'base.config.mjs'), `export default { bsae: '${base}' }`)
  const { stderr } = await run('--config', 'base.config.mjs', '--manifest', 'none.json')
  expect(stderr).toContain('`bsae` is not a field. Did you mean `base`?')
})

test('every unknown flag is named', async () => {
  expect(await run('--bsae', base, '--jsno', '--constructor')).toEqual({
    code: 2,
    stderr:
      'gatehouse prove: --bsae is not an option. Did you mean --base? --jsno is not an option. Did you mean --json? ' +
      '--constructor is not an option. --help lists them all.\n',
  })
})

test('prove() rejects unknown options, and unknown fields of a configuration given in code', async () => {
  const config: ProveConfig = { base }
  const given = (value: unknown): never => value as never
  await expect(prove(given({ config, comand: ['x'] }))).rejects.toThrow('Did you mean `command`?')
  await expect(prove({ config: given({ base, bodys: {} }) })).rejects.toThrow('Did you mean `bodies`?')
})

test('fields on a prototype do not count', () => {
  expect(() => checkConfig(Object.create({ nonsense: 1 }) as object, 'config')).not.toThrow()
})

const messageOf = (act: () => void): string => {
  try {
    act()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return ''
}

test('every value of the wrong kind is named at once, and never shown', () => {
  const wrong = {
    base,
    disposable: 'yes',
    readySeconds: -1,
    env: { PORT: 4000, SECRET: 'right' },
    roles: { editor: 'posts:edit' },
    permissions: [7],
    owners: [{ id: 'a', username: 'a' }],
    resources: { postId: { id: 'very secret' } },
    queries: { 'GET /a': { limit: 5 }, 'GET /b': 'limit=5', 'GET /c': '?limit=5' },
    skip: { 'GET /a': ' ' },
    sharedLists: { 'GET /a': true },
    checks: { hours: 'always' },
    ownerFields: 'editor_id',
    sharedSecret: 12345,
    revocation: { staleness: '10s', onStale: 'never' },
    tokens: {},
    anywhere: 1,
    bodies: ['x'],
  }
  const message = messageOf(() => checkConfig(wrong, 'prove.config.ts'))
  expect(message.split('\n')).toEqual([
    'prove.config.ts:',
    '  `readySeconds` must be a number of seconds, not a number.',
    '  `env.PORT` must be a text, not a number.',
    '  `disposable` must be true or false, not another text.',
    '  `roles.editor` must be a list of texts, not another text.',
    '  `permissions` must be a list of texts, not a list.',
    '  `owners` must be two people with different ids, not a list.',
    '  `resources.postId` must be a function, not an object.',
    '  `bodies` must be an object, not a list.',
    "  `queries['GET /a']` must be text that begins with a question mark, e.g. `?limit=5`, or a function, not an object.",
    "  `queries['GET /b']` must be text that begins with a question mark, e.g. `?limit=5`, or a function, not another text.",
    "  `sharedLists['GET /a']` must be the reason, a non-empty text, not a boolean.",
    '  `checks.hours` must be true, false or a function, not another text.',
    '  `ownerFields` must be a list of texts, not another text.',
    "  `skip['GET /a']` must be the reason, a non-empty text, not an empty text.",
    '  `sharedSecret` must be a non-empty text, not a number.',
    '  `tokens` must be a function, not an object.',
    '  `anywhere` must be true or false, not a number.',
    '  `revocation.staleness` must be a number of seconds, not another text.',
    "  `revocation.onStale` must be 'allow' or 'deny', not another text.",
  ])
  const right: ProveConfig = {
    base,
    owners: [
      { id: 'a', username: 'a' },
      { id: 'b', username: 'b' },
    ],
    revocation: false,
    checks: { x: true },
  }
  expect(() => checkConfig(right, 'config')).not.toThrow()
})

test('entries for routes, parameters and checks that the application does not have are named before any call', () => {
  const route = (method: string, path: string, parameters: string[] = []): ManifestRoute => ({
    method,
    path,
    parameters,
    kind: 'guarded',
    rules: [{ kind: 'check', name: 'office hours' }],
    reason: null,
    printed: '',
    unmentioned: [],
    source: null,
    notes: [],
  })
  const routes = [route('GET', '/posts'), route('POST', '/posts'), route('GET', '/posts/:postId', ['postId'])]
  const make = (): Record<string, string> => ({})
  const config: ProveConfig = {
    base,
    bodies: { 'POST /post': {}, 'POST /posts': {} },
    queries: { 'GET /psots': '?a' },
    skip: { 'GET /nothing/like/it': 'why' },
    sharedLists: { 'get /posts': 'why' },
    resources: {
      postid: make,
      postId: make,
      'GET /posts': make,
      'POST /posts': make,
      'GET /posts/:postId': make,
    },
    checks: { 'office hour': true, 'office hours': true },
  }
  expect(messageOf(() => checkEntries(config, routes)).split('\n')).toEqual([
    'The configuration:',
    "  `bodies['POST /post']` names no route of the application. Did you mean `POST /posts`?",
    "  `queries['GET /psots']` names no route of the application. Did you mean `GET /posts`?",
    "  `skip['GET /nothing/like/it']` names no route of the application.",
    "  `sharedLists['get /posts']` names no route of the application. Did you mean `GET /posts`?",
    '  `resources.postid` names no route or parameter of the application. Did you mean `postId`?',
    "  `checks['office hour']` names no check of the application. Did you mean `office hours`?",
    "  `resources['POST /posts']` is never called: the route has no parameters, and is no list.",
  ])
})

test.each(['ts', 'mjs', 'js'])('a configuration is found as prove.config.%s, and read', async (ending) => {
  const own = await mkdtemp(join(folder, 'found-'))
  await writeFile(join(own, `prove.config.${ending}`), "export default { bsae: 'x' }")
  let stderr = ''
  const streams = {
    stdout: { write: () => undefined },
    stderr: { write: (text: string) => (stderr += text) },
  }
  expect(await main(['--manifest', 'none.json'], { ...streams, folder: own })).toBe(2)
  expect(stderr).toContain(`prove.config.${ending}: \`bsae\` is not a field.`)
})

test('a configuration in another format is refused with the ones that are read', async () => {
  const { code, stderr } = await run('--config', 'prove.config.json', '--manifest', 'none.json')
  expect([code, stderr]).toEqual([
    2,
    'gatehouse prove: --config takes a file that ends in .ts, .mjs, .js, not prove.config.json.\n',
  ])
})

test('--init offers every field with a line about it', () => {
  for (const field of configFields)
    expect(initialConfig()).toMatch(new RegExp(`\\n {2}// \\S.+\\n {2}(// )?${field}: .+,\\n`))
})
