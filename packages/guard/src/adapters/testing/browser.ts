import type { IncomingMessage } from 'node:http'
import { type Answered, call } from './call.ts'

/** What a page gets of a request to another origin. */
export type Seen =
  | { readonly seen: 'an answer'; readonly status: number; readonly body: Answered['body'] }
  /** The real request was never sent. */
  | { readonly seen: 'a refused preflight' }
  /** The real request was sent, and the page may not read what came. */
  | { readonly seen: 'an unreadable answer' }

interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * Sends what a page of `origin` asks for as a browser does: a preflight, then the real request, each judged as the
 * Fetch standard has it ("CORS-preflight fetch", "CORS check"), without credentials.
 */
export async function browse(
  origin: string,
  port: number,
  path: string,
  { method, headers, body }: Sent,
): Promise<Seen> {
  // JSON is none of the content types that need no asking
  const names = [...Object.keys(headers), ...(body === undefined ? [] : ['content-type'])].map((name) =>
    name.toLowerCase(),
  )
  const asked = await call(port, path, {
    method: 'OPTIONS',
    headers: [
      ['Accept', '*/*'],
      ['Access-Control-Request-Method', method],
      ['Access-Control-Request-Headers', names.join(',')],
      ['Origin', origin],
    ],
  })
  const ok = asked.status >= 200 && asked.status < 300
  if (!ok || !mayRead(origin, asked.headers)) return { seen: 'a refused preflight' }
  const methods = listOf(asked.headers['access-control-allow-methods'])
  if (!simple.has(method) && !methods.includes(method) && !methods.includes('*')) {
    return { seen: 'a refused preflight' }
  }
  const allowed = listOf(asked.headers['access-control-allow-headers']).map((name) => name.toLowerCase())
  // a wildcard covers everything but this one
  const covered = (name: string): boolean =>
    allowed.includes(name) || (allowed.includes('*') && name !== 'authorization')
  if (!names.every(covered)) return { seen: 'a refused preflight' }
  const answer = await call(port, path, {
    method,
    headers: [...Object.entries(headers), ['Origin', origin]],
    ...(body === undefined ? {} : { body }),
  })
  if (!mayRead(origin, answer.headers)) return { seen: 'an unreadable answer' }
  return { seen: 'an answer', status: answer.status, body: answer.body }
}

const simple = new Set(['GET', 'HEAD', 'POST'])

function mayRead(origin: string, headers: IncomingMessage['headers']): boolean {
  // twice the same field arrives joined, and is neither
  const allowed = headers['access-control-allow-origin']
  return allowed === '*' || allowed === origin
}

const listOf = (field: string | undefined): string[] => (field ?? '').split(',').map((each) => each.trim())
