import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from './cli.ts'
import { checkConfig, type ProveConfig } from './config.ts'
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

/** Nothing listens there: whoever got as far as calling it would say so. */
const base = 'http://127.0.0.1:9'

test('every field of a configuration file that nobody knows is named before anything is called', async () => {
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

test('a misspelt base is named, not missed', async () => {
  await writeFile(join(folder, 'base.config.mjs'), `export default { bsae: '${base}' }`)
  const { stderr } = await run('--config', 'base.config.mjs', '--manifest', 'none.json')
  expect(stderr).toContain('`bsae` is not a field. Did you mean `base`?')
})

test('every flag that nobody knows is named', async () => {
  expect(await run('--bsae', base, '--jsno', '--constructor')).toEqual({
    code: 2,
    stderr:
      'gatehouse prove: --bsae is not an option. Did you mean --base? --jsno is not an option. Did you mean --json? ' +
      '--constructor is not an option. --help lists them all.\n',
  })
})

test('prove() refuses unknown options, and unknown fields of a configuration that no file brought', async () => {
  const config: ProveConfig = { base }
  const given = (value: unknown): never => value as never
  await expect(prove(given({ config, comand: ['x'] }))).rejects.toThrow('Did you mean `command`?')
  await expect(prove({ config: given({ base, bodys: {} }) })).rejects.toThrow('Did you mean `bodies`?')
})

test('what is on a prototype is no field', () => {
  expect(() => checkConfig(Object.create({ nonsense: 1 }) as object, 'config')).not.toThrow()
})
