import type { ServerResponse } from 'node:http'
import { type Answer, textOf } from '../policy/render.ts'

/** Sends what a guard answers, unless an answer has begun. A HEAD request gets the same without a body. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.writableEnded) return
  response.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
  response.end(textOf(answer))
}

/** Headers that tell of a body which will not come now. */
const ofBody = /^(content-|transfer-encoding$|trailer$|etag$|last-modified$|accept-ranges$)/

/**
 * Ends the response of a handler that failed. One that has begun is cut off, so that no one takes it for the whole;
 * what the handler writes from now on is an error of nobody's.
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

const ignore = (): void => {}
