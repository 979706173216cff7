import { type Agent, type IncomingMessage, request } from 'node:http'

export interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The body as JSON; an empty object where it is none. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface Call {
  readonly method?: string
  /** Field lines, so that one may come twice. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
  readonly agent?: Agent
  /** Called with the first bytes of the body. */
  readonly onBytes?: () => void
}

/** Calls a server as it is written, with nothing tidied up on the way. */
export function call(
  port: number,
  path: string,
  { method = 'GET', headers = [], body, agent, onBytes }: Call = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const lines = ['Host', `127.0.0.1:${port}`, ...headers.flat()]
    if (body !== undefined)
      lines.push('Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body)))
    const sent = request({
      port,
      host: '127.0.0.1',
      path,
      method,
      headers: lines,
      ...(agent === undefined ? {} : { agent }),
    })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      if (onBytes !== undefined) response.once('data', onBytes)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  if (!text.startsWith('{')) return {}
  return JSON.parse(text) as Record<string, unknown>
}
