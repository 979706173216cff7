import { Agent, request } from 'node:http'

/** What a load got: how many answers, how long they took, and which were none of 2xx. */
export interface Measured {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly failures: number
}

export interface Client {
  call(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
  close(): void
}

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A client that keeps its connections. */
export function clientOf(base: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const { hostname, port } = new URL(base)
  return {
    call: (method, path, { token, body, headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body)
        const all: Record<string, string> = { ...headers }
        if (token !== undefined) all.authorization = `Bearer ${token}`
        if (text !== undefined)
          Object.assign(all, {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(text)),
          })
        const sent = request({ agent, hostname, port, method, path, headers: all }, (response) => {
          let received = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            received += chunk
          })
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: received, headers: response.headers }),
          )
          response.on('error', reject)
        })
        sent.on('error', reject)
        sent.end(text)
      }),
    close: () => agent.destroy(),
  }
}

/** Has `clients` work side by side for `seconds`; each does `work` again and again, and says whether it succeeded. */
export async function load(
  clients: number,
  seconds: number,
  work: (client: number) => Promise<boolean>,
): Promise<Measured> {
  const times: number[] = []
  let failures = 0
  const began = performance.now()
  const end = began + seconds * 1000
  const one = async (client: number): Promise<void> => {
    while (performance.now() < end) {
      const start = performance.now()
      if (!(await work(client))) failures += 1
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => one(client)))
  times.sort((a, b) => a - b)
  const at = (part: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN
  return {
    perSecond: (times.length - failures) / ((performance.now() - began) / 1000),
    p50: at(0.5),
    p99: at(0.99),
    failures,
  }
}
