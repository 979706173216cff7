import { request } from 'node:http'

type Lines = readonly (readonly [name: string, value: string])[]

interface Answered {
  readonly status: number
  readonly text: string
  /** The header `Allow`. */
  readonly allow?: string | undefined
}

const asking = ['Access-Control-Request-Method', 'POST'] as const
const preflight: Lines = [['Origin', 'https://evil.test'], asking]
const garbage = ['Authorization', 'Bearer x.y.z'] as const

/** What a stranger may try besides leaving the token out. */
const headers: readonly Lines[] = [
  [],
  [asking],
  preflight,
  [...preflight, garbage],
  [garbage],
  [garbage, ['authorization', 'Bearer a.b.c']],
  [['Authorization', '']],
  [['Authorization', 'Bearer']],
  [['Authorization', 'Bearer null']],
  [['X-HTTP-Method-Override', 'OPTIONS'], asking],
]

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'UNKNOWN']

/** Refusals, answers that there is no such thing, and a connection that was closed on a request which is none. */
const refused = new Set([0, 400, 401, 403, 404, 405, 415, 501])

/**
 * Sends everything hostile to guarded paths of a served program.
 *
 * @returns what was answered otherwise than by a refusal: nothing, or there is a hole
 */
export async function attack(url: string, paths: readonly string[]): Promise<string[]> {
  const breaches: string[] = []
  for (const path of paths) {
    for (const method of methods) {
      const attempts = headers.flatMap((lines) =>
        [undefined, '{"do":"deleteAll"}'].map(async (body) => {
          const answer = await send(url + path, method, lines, body)
          if (!refused.has(answer.status) && !(method === 'OPTIONS' && saysWhatIsThere(answer))) {
            const sent = `${method} ${path} ${JSON.stringify(lines)} ${body}`
            breaches.push(`${sent}: ${answer.status} ${answer.text}`)
          }
        }),
      )
      await Promise.all(attempts)
    }
  }
  return breaches
}

/** A preflight that the guard answered, or the list of methods that routers give for paths without such a handler. */
const saysWhatIsThere = ({ status, text, allow }: Answered): boolean =>
  (status === 204 && text === '') || (status === 200 && allow !== undefined && ['', allow].includes(text))

function send(url: string, method: string, lines: Lines, body: string | undefined): Promise<Answered> {
  return new Promise((resolve) => {
    const list = ['Host', new URL(url).host, ...lines.flat()]
    if (body !== undefined)
      list.push('Content-Type', 'application/json', 'Content-Length', String(body.length))
    const sent = request(url, { method, headers: list })
    sent.on('response', (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, allow: response.headers.allow }),
      )
      response.on('error', () => resolve({ status: 0, text }))
    })
    sent.on('error', () => resolve({ status: 0, text: '' }))
    sent.end(body)
  })
}
