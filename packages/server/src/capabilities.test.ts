import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capabilities, migrations, serverPermissions } from './capabilities.ts'

test('every folder of capabilities/ is listed once, under its own name', () => {
  const folders = readdirSync(new URL('./capabilities', import.meta.url))
  expect(capabilities.map(({ name }) => name).sort()).toEqual(folders.sort())
})

test('no two capabilities bring the same permission or metadata', () => {
  expect(new Set(serverPermissions).size).toBe(serverPermissions.length)
  const config = { issuer: 'http://localhost:3000', signUp: 'open' }
  const members = capabilities.flatMap(({ metadata }) => Object.keys(metadata?.(config as never) ?? {}))
  expect(new Set(members).size).toBe(members.length)
})

test('the steps of the schema are numbered without gaps', () => {
  expect(migrations.map(({ name }) => name.slice(0, 4))).toEqual(
    migrations.map((_, at) => String(at + 1).padStart(4, '0')),
  )
})
