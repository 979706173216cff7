import { readFileSync } from 'node:fs'
import { guardErrorCodes } from '@gatehouse/guard'
import { describe, expect, it } from 'vitest'
import { capabilities } from '../packages/server/src/capabilities.ts'
import { platformErrors } from '../packages/server/src/platform/http/error-answers.ts'
import { codesOfClasses, serverErrorCodes } from './error-codes.ts'

const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const [server = '', guard = ''] = text.split('## The guard')

/** The rows of a table: code and status. */
const rows = (part: string): { code: string; status: number }[] =>
  [...part.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code = '', status]) => ({
    code,
    status: Number(status),
  }))

describe('docs/errors.md', () => {
  it('lists every code of the server with its status, and no other', () => {
    expect(rows(server)).toEqual(serverErrorCodes())
  })

  it('lists every code of the guard, and no other', () => {
    const decisions = [
      'preflight',
      'no_token',
      'malformed_header',
      'repeated_header',
      'rule_not_met',
      'step_up',
    ]
    const told = rows(guard).map(({ code }) => code)
    const thrown = ['configuration', 'undeclared_routes', 'no_current_user']
    expect([...told, ...thrown].sort()).toEqual([...decisions, ...Object.keys(guardErrorCodes)].sort())
    for (const code of thrown) expect(guard).toContain(`\`${code}\``)
  })

  it('has each code of the server in one class, whose capability has it in its table', () => {
    const tables = [
      { name: 'platform', errors: platformErrors },
      ...capabilities.map(({ name, errors = {} }) => ({ name, errors })),
    ]
    const listed = tables.flatMap(({ name, errors }) =>
      Object.keys(errors).map((code) => ({ code, owner: name })),
    )
    expect(codesOfClasses()).toEqual(listed.sort((one, other) => (one.code < other.code ? -1 : 1)))
  })
})
