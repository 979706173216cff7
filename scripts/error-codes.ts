// Lists every code that the server's problem documents can carry, from the tables of the capabilities and the platform.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorAnswers } from '../packages/server/src/capabilities.ts'
import { root } from './run.ts'

export interface ErrorCode {
  readonly code: string
  readonly status: number
}

/** Every code with its status, sorted. */
export function serverErrorCodes(): ErrorCode[] {
  return Object.entries(errorAnswers())
    .map(([code, answer]) => ({ code, status: typeof answer === 'number' ? answer : answer.status }))
    .sort((one, other) => (one.code < other.code ? -1 : 1))
}

const errorClass = /extends DomainError \{([\s\S]*?)\n\}/g

/** The code of every class of errors, with the capability whose folder has it (`platform` for the platform's), sorted. */
export function codesOfClasses(): { code: string; owner: string }[] {
  const files = globSync('packages/server/src/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(errorClass)].map(([, body = '']) => {
      const [, code] = /readonly code = '(\w+)'/.exec(body) ?? []
      if (code === undefined) throw new Error(`an error in ${file} has no code`)
      return { code, owner: /\/capabilities\/([\w-]+)\//.exec(file)?.[1] ?? 'platform' }
    }),
  )
  return found.sort((one, other) => (one.code < other.code ? -1 : 1))
}

if (import.meta.main) console.table(serverErrorCodes())
