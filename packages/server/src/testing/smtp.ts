import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A message that the server accepted. */
export interface Received {
  readonly from: string
  readonly to: string
  /** As it came over the wire. */
  readonly raw: string
  readonly parsed: Email
  /** Whether the connection was encrypted, and who signed in. */
  readonly secure: boolean
  readonly user: string | undefined
}

/** A real SMTP server on loopback. */
export interface TestSmtp {
  readonly port: number
  readonly received: readonly Received[]
  /** How many connections were made. */
  connections(): number
  close(): Promise<void>
}

/** What the server does with a message: undefined accepts it; an answer such as `451 later` refuses; `hang` never answers; `drop` ends the connection. */
export type Behavior = (to: string, attempt: number) => string | undefined | Promise<string | undefined>

/** Starts an SMTP server that accepts what `behavior` lets it accept. */
export async function testSmtp(
  behavior: Behavior = () => undefined,
  options: SMTPServerOptions & { port?: number } = {},
): Promise<TestSmtp> {
  const received: Received[] = []
  const attempts = new Map<string, number>()
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    onConnect(_session, done) {
      connections += 1
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      const end = async (): Promise<void> => {
        const to = session.envelope.rcptTo[0]?.address ?? ''
        const attempt = (attempts.get(to) ?? 0) + 1
        attempts.set(to, attempt)
        const answer = await behavior(to, attempt)
        if (answer === 'hang') return
        if (answer === 'drop') return void dropAll()
        if (answer !== undefined) return done(refusal(answer))
        const raw = Buffer.concat(chunks).toString()
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address
        const parsed = await PostalMime.parse(raw)
        received.push({
          from,
          to,
          raw,
          parsed,
          secure: session.secure,
          user: session.user as string | undefined,
        })
        done(null, 'queued')
      }
      stream.on('end', () => void end())
    },
    ...options,
  })
  const dropAll = (): void => {
    for (const connection of server.connections)
      (connection as { _socket?: { destroy(): void } })._socket?.destroy()
  }
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        dropAll()
      }),
  }
}

/** An error that the server answers as `451 later`. */
export function refusal(answer: string): Error {
  const [code = '', ...words] = answer.split(' ')
  return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) })
}
