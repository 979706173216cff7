import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { RequestError } from '@hono/node-server'
import { platformErrors } from './error-answers.ts'
import { HeadersTooLarge, MalformedRequest, RequestTimeout } from './problems.ts'
import { problemResponse } from './render.ts'
import { dataHeaders } from './security-headers.ts'

/** The most bytes that a request's headers may have. */
export const maxHeaderBytes = 16 * 1024

/** The answer to a request that reaches no route because its target or Host header does not form a URL. */
export function answerUnreadable(error: unknown): Response {
  const requestId = randomUUID()
  const problem =
    error instanceof RequestError
      ? new MalformedRequest({ detail: 'Malformed request target or Host header.', cause: error })
      : error
  const response = problemResponse(problem, requestId, platformErrors)
  for (const [name, value] of Object.entries(dataHeaders)) response.headers.set(name, value)
  response.headers.set('X-Request-Id', requestId)
  return response
}

/**
 * Refuses a request with no Host header or several (RFC 9112, section 3.2): a proxy in front may have used a different
 * one. HTTP/1.0 has no Host. Returns whether the request was refused.
 */
export function refuseHost(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
  const { rawHeaders, httpVersion } = incoming
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return false
  const detail = hosts === 0 ? 'The Host header is missing.' : 'The Host header was sent more than once.'
  void send(outgoing, new MalformedRequest({ detail }))
  return true
}

async function send(outgoing: ServerResponse, problem: MalformedRequest): Promise<void> {
  const response = answerUnreadable(problem)
  const body = await response.text()
  // the rest of the request is not read, so the next one would start in the middle of it
  outgoing.writeHead(response.status, [...headersOf(response, body), ['Connection', 'close']].flat())
  outgoing.end(body)
}

/** Answers bytes that are not an HTTP request and closes the connection; without an `error` it only closes. */
export async function writeProblem(socket: Socket, error: unknown): Promise<void> {
  if (error !== undefined && socket.writable && codeOf(error) !== 'ECONNRESET') {
    const response = answerUnreadable(problemOf(error))
    const body = await response.text()
    const lines = headersOf(response, body).map(([name, value]) => `${name}: ${value}`)
    const head = [
      `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}`,
      ...lines,
      'Connection: close',
    ]
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
  socket.destroySoon()
}

function headersOf(response: Response, body: string): [string, string][] {
  return [...response.headers, ['Content-Length', String(Buffer.byteLength(body))]]
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

function problemOf(error: unknown): Error {
  switch (codeOf(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLarge(maxHeaderBytes)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeout()
    default:
      return new MalformedRequest({ detail: 'The bytes received are not an HTTP request.' })
  }
}
