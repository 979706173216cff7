// Lists every code that the server's problem documents can carry, read out of the classes themselves.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.ts'

export interface ErrorCode {
  readonly code: string
  readonly status: number
}

const problemClass = /extends Problem \{([\s\S]*?)\n\}/g

/** Every code with its status, sorted; a class that states none of either is a mistake. */
export function serverErrorCodes(): ErrorCode[] {
  const files = globSync('packages/server/src/**/*.ts', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(problemClass)].map(([, body = '']) =>
      codeOf(body, file),
    ),
  )
  return found.sort((one, other) => (one.code < other.code ? -1 : 1))
}

function codeOf(body: string, file: string): ErrorCode {
  const [, code] = /readonly code = '(\w+)'/.exec(body) ?? []
  const [, status] = /readonly status = (\d{3})/.exec(body) ?? []
  if (code === undefined || status === undefined)
    throw new Error(`a problem in ${file} has no code or no status`)
  return { code, status: Number(status) }
}

if (import.meta.main) console.table(serverErrorCodes())
