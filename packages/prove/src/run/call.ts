import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Answer, ReportedDecision } from '../verdict.ts'

/** One HTTP request, exactly as it goes over the wire: nothing is normalised, no redirect is followed. */
export interface Call {
  method: string
  /** The base address's origin. */
  origin: URL
  /** The request target, sent as it is: path variants must arrive unchanged. */
  target: string
  headers: readonly (readonly [string, string])[]
  body: string | undefined
}

export interface FullAnswer extends Answer {
  /** The body's beginning, at most `bodyLimit` bytes of it. */
  body: string
  contentType: string
  /** Response headers with names in lower case, as Node returns them. */
  headers: Readonly<Record<string, string | string[] | undefined>>
}

const bodyLimit = 1024 * 1024
const callMs = 10_000

/** The header that carries the run's nonce to the guard, and the one that brings its decision back. */
export const nonceHeader = 'gatehouse-prove'
export const decisionHeader = 'gatehouse-decision'

/**
 * Makes one call, within 10 s and 1 MiB.
 *
 * A body that does not end (a stream of events) is cut off: the status is what matters.
 */
export function call({ method, origin, target, headers, body }: Call): Promise<FullAnswer> {
  const send = origin.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(
      {
        host: origin.hostname.replace(/^\[|\]$/g, ''),
        port: origin.port || (origin.protocol === 'https:' ? 443 : 80),
        method,
        path: target,
        headers: flat(headers, origin, body),
        agent: keptFor(origin, method, body),
      },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        const finish = (): void => {
          clearTimeout(deadline)
          response.destroy()
          resolve({
            status: response.statusCode ?? 0,
            decision: readDecision(response.headers[decisionHeader]),
            body: Buffer.concat(chunks).toString('utf8'),
            contentType: response.headers['content-type'] ?? '',
            headers: response.headers,
          })
        }
        const endless = (response.headers['content-type'] ?? '').startsWith('text/event-stream')
        if (endless) {
          finish()
          return
        }
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > bodyLimit) finish()
          else chunks.push(chunk)
        })
        response.on('end', finish)
        response.on('error', reject)
      },
    )
    const deadline = setTimeout(
      () => request.destroy(new Error(`no answer within ${callMs / 1000} s`)),
      callMs,
    )
    request.on('error', (error) => {
      clearTimeout(deadline)
      // a kept connection may have been closed at the very moment: nothing of this was heard yet
      const raced = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
      if (raced) resolve(call({ method, origin, target, headers, body }))
      else reject(error)
    })
    request.end(body)
  })
}

/** Connections that reads share; they close by themselves, and keep no process alive. */
const kept = new Agent({ keepAlive: true, timeout: 2000 })

/** A write gets a connection of its own: it is never sent twice. */
const keptFor = ({ protocol }: URL, method: string, body: string | undefined): Agent | false =>
  protocol === 'http:' && body === undefined && (method === 'GET' || method === 'HEAD') ? kept : false

/** A flat name/value list keeps repeated headers apart, as a hostile caller would send them. */
function flat(headers: Call['headers'], origin: URL, body: string | undefined): string[] {
  const list = ['Host', origin.host]
  for (const [name, value] of headers) list.push(name, value)
  if (body !== undefined) list.push('Content-Length', String(Buffer.byteLength(body)))
  return list
}

/** Reads the guard's decision, a JSON object in a header; undefined for anything else. */
export function readDecision(header: string | string[] | undefined): ReportedDecision | undefined {
  if (typeof header !== 'string') return undefined
  let value: unknown
  try {
    value = JSON.parse(header)
  } catch {
    return undefined // an application may use the header's name for something of its own
  }
  if (typeof value !== 'object' || value === null || !('allowed' in value)) return undefined
  if (typeof value.allowed !== 'boolean') return undefined
  const read: ReportedDecision = { allowed: value.allowed }
  if ('status' in value && typeof value.status === 'number') read.status = value.status
  if ('reason' in value && typeof value.reason === 'string') read.reason = value.reason
  if ('rule' in value && typeof value.rule === 'string') read.rule = value.rule
  return read
}
