import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { settingsTable } from './settings-table.ts'

it('the documentation lists every setting as the server reads it', () => {
  expect(readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')).toContain(
    settingsTable(),
  )
})
