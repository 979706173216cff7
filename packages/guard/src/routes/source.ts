import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where something was written: a file relative to the working directory, and a line that starts at 1. */
export interface Source {
  readonly file: string
  readonly line: number
}

/** `src/app.ts:12` */
export const printSource = ({ file, line }: Source): string => `${file}:${line}`

/**
 * Finds the line of the application that called `below`: the nearest frame outside Node and installed packages.
 * Meant for start-up only; undefined where the stack does not show it.
 *
 * @example
 * function guard() {
 *   return declare(middleware, declaration, callSite(guard))
 * }
 */
export function callSite(below: (...args: never[]) => unknown): Source | undefined {
  const holder: { stack?: unknown } = {}
  const { stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 50
    Error.captureStackTrace(holder, below)
    // Read as text, so that source maps which Node or a loader applies count; it is formatted when read.
    return nearest(String(holder.stack))
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

// `    at name (file:///app/routes.ts:12:5)`, `    at /app/routes.ts:12:5` or `    at async file:///app/routes.ts:12:5`
const frame = /^\s+at (?:.*\(|async )?(.+?):(\d+):\d+\)?$/

function nearest(stack: string): Source | undefined {
  for (const text of stack.split('\n')) {
    const [, place, line] = frame.exec(text) ?? []
    if (place === undefined || place.startsWith('node:') || place.includes('node_modules')) continue
    const path = place.startsWith('file:') ? fileURLToPath(place) : place
    return { file: relative(process.cwd(), path).split(sep).join('/'), line: Number(line) }
  }
  return undefined
}
