import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { FeedError } from './wire.ts'

/** The most characters of one part of the feed: twice what a snapshot of 1,000,000 entries takes. */
export const maxFrame: number = 64 * 1024 * 1024

/** Milliseconds of silence after which a connection counts as dead; the server sends something every second. */
const silence = 5000

/** An unexpected HTTP status. */
export class AnswerError extends Error {
  readonly status: number
  /** Seconds to wait, if the server asked for it. */
  readonly retryAfter: number | undefined

  constructor(status: number, retryAfter: number | undefined) {
    super(`the feed answered with status ${status}`)
    this.name = 'AnswerError'
    this.status = status
    this.retryAfter = retryAfter
  }
}

/**
 * Requests a URL without following redirects. Neither the connection nor the wait for it keeps the process alive,
 * which is why this does not use `fetch`: its sockets cannot be unreferenced.
 *
 * @throws Error when there is no response, AnswerError when its status is neither 200 nor 304
 */
export function get(
  url: URL,
  headers: Record<string, string>,
  cancel: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, signal: cancel, agent: false, timeout: silence }, (answer) => {
      const { statusCode = 0 } = answer
      if (statusCode === 200 || statusCode === 304) return resolve(answer)
      answer.destroy()
      reject(new AnswerError(statusCode, secondsUntil(answer.headers['retry-after'], Date.now())))
    })
    asked.on('socket', (socket) => socket.unref())
    asked.on('timeout', () => asked.destroy(new Error('the feed fell silent')))
    asked.on('error', reject)
    asked.end()
  })
}

/** Parses a Retry-After header (RFC 9110, section 10.2.3) into seconds; a date is compared with `now` (ms). */
export function secondsUntil(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter)
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) || date < now ? undefined : Math.ceil((date - now) / 1000)
}

/**
 * Reads a whole body of bounded size.
 *
 * @throws Error when it is larger than `maxFrame`, or truncated
 */
export async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxFrame) throw new Error('the feed answered with more than anybody should send')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** One server-sent event. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
}

/**
 * Splits a stream into server-sent events (HTML Standard, section 9.2); comments and unknown fields are ignored. Field
 * lines are ASCII, as is everything that the feed sends.
 *
 * @throws FeedError when an event is larger than `maxLength` characters
 */
export async function* readEvents(
  chunks: AsyncIterable<Buffer>,
  maxLength: number,
): AsyncGenerator<ServerEvent> {
  let pieces: string[] = []
  let length = 0
  let name = 'message'
  let data: string[] = []
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1')
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      pieces.push(text.slice(start, end))
      const line = pieces.join('').replace(/\r$/, '')
      pieces = []
      start = end + 1
      if (line === '') {
        if (data.length > 0) yield { name, data: data.join('\n') }
        name = 'message'
        data = []
        length = 0
      } else if (line.startsWith('event:')) name = fieldValue(line, 6)
      else if (line.startsWith('data:')) data.push(fieldValue(line, 5))
    }
    pieces.push(text.slice(start))
    length += text.length
    if (length > maxLength) throw new FeedError('an event larger than any should be')
  }
}

function fieldValue(line: string, at: number): string {
  return line.slice(line[at] === ' ' ? at + 1 : at)
}
