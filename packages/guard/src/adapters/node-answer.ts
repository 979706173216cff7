import type { ServerResponse } from 'node:http'
import { type Answer, textOf } from '../policy/refusals.ts'

/** Sends a guard's answer, unless one has begun. A HEAD request gets the same without a body. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.writableEnded) return
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.end(textOf(answer))
}

/** Headers that describe a body which is not sent. */
const ofBody = /^(content-|transfer-encoding$|trailer$|etag$|last-modified$|accept-ranges$)/

/**
 * Ends the response of a handler that failed. One that has begun is cut off, so that nobody takes it
 * for complete; errors of later writes are ignored.
 */
export function failResponse(response: ServerResponse, answer: Answer): void {
  response.on('error', ignore)
  if (response.writableEnded) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  for (const name of response.getHeaderNames()) if (ofBody.test(name)) response.removeHeader(name)
  response.statusMessage = ''
  sendAnswer(response, answer)
}

/**
 * Ends a streamed answer. Its handler notices when the connection closes, which takes as long as the client takes to read
 * what is on its way; errors of writes until then are ignored.
 */
export function endResponse(response: ServerResponse): void {
  response.on('error', ignore)
  response.end()
}

const ignore = (): void => {}
