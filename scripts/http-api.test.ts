import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { httpApiPage } from './http-api.ts'

it('docs/http-api.md says what the server says of itself', async () => {
  expect(readFileSync(new URL('../docs/http-api.md', import.meta.url), 'utf8')).toBe(await httpApiPage())
})
