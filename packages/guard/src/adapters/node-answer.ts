import type { ServerResponse } from 'node:http'
import type { Answer } from '../policy/render.ts'

/** Sends a refusal, unless the answer has begun. A HEAD request gets the same without a body. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.headersSent || response.writableEnded) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(JSON.stringify(body))
}
