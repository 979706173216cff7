import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { auditActions, outcomeOf } from './actions.ts'

it('docs/audit.md lists every action, with its outcome, and nothing else', () => {
  const page = readFileSync(new URL('../../../../../docs/audit.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \| (success|failure) \|/gm)].map(
    ([, action, outcome]) => `${action} ${outcome}`,
  )
  expect(listed.sort()).toEqual(auditActions.map((action) => `${action} ${outcomeOf(action)}`).sort())
})
