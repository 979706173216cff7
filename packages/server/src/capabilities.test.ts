import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capabilities, migrations, serverPermissions } from './capabilities.ts'
import { testConfig } from './testing/context.ts'

test('every folder of capabilities/ is listed once, under its own name', () => {
  const folders = readdirSync(new URL('./capabilities', import.meta.url))
  expect(capabilities.map(({ name }) => name).sort()).toEqual(folders.sort())
})

test('no two capabilities bring the same permission or metadata', () => {
  expect(new Set(serverPermissions).size).toBe(serverPermissions.length)
  const config = testConfig()
  const members = capabilities.flatMap(({ metadata }) => Object.keys(metadata?.(config) ?? {}))
  expect(new Set(members).size).toBe(members.length)
})

test('every step of the schema has a name of its own, which begins with a number', () => {
  const names = migrations.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^\d{4}-/)
})

test('the list itself loads no library: `gatehouse --help` reads it', () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(new URL('./capabilities.ts', import.meta.url).href)})
    console.log(loaded.filter((url) => !url.startsWith('node:')).join('\\n'))`
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@gatehouse/source', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  )
  const loaded = stdout.trim().split('\n')
  expect(loaded.length, stderr).toBeGreaterThan(capabilities.length / 2)
  expect(
    loaded.filter((url) => /node_modules|service\.ts|store\.ts|routes\.ts|migrations/.test(url)),
  ).toEqual([])
})

test('each group of commands has one summary, and no name of the server’s own commands', () => {
  const groups = capabilities.flatMap(({ commands = [] }) => commands)
  const names = new Set(groups.map(({ name }) => name))
  for (const own of ['serve', 'migrate', 'prove', 'routes']) expect(names).not.toContain(own)
  for (const name of names) {
    const [first, ...others] = groups.filter((group) => group.name === name)
    expect(first?.summary, name).toBeDefined()
    for (const { summary } of others) expect(summary, name).toBeUndefined()
  }
})
