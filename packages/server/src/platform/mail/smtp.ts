import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { headerText, type Mailbox, needsUtf8 } from './address.ts'
import type { MailServer } from './server.ts'

/** A message that is ready to be sent to one recipient. */
export interface Outgoing {
  /** The Message-ID, without its angle brackets; the same on every attempt. */
  readonly messageId: string
  readonly from: Mailbox
  /** An address as `deliverable` gives it. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly language: string
  /** Milliseconds since the epoch. */
  readonly date: number
}

/**
 * How an attempt ended. `refused` is final. `deferred` may go better later. `unreachable` has nothing to do with the
 * message: the server is down, or does not let us in.
 */
export type Outcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused' | 'deferred' | 'unreachable'; readonly reason: string }

/** A connection to a mail server, opened when it is first needed, for one message after the other. */
export interface SmtpSession {
  send(message: Outgoing): Promise<Outcome>
  /** Ends the connection, and with it the message under way. */
  close(): void
}

/** Milliseconds that connecting and signing in, and then a whole message, may take. */
export interface SmtpLimits {
  readonly connectMs: number
  readonly messageMs: number
}

export const smtpLimits: SmtpLimits = { connectMs: 15_000, messageMs: 30_000 }

const longestReason = 300

export function openSmtp(server: MailServer, limits: SmtpLimits = smtpLimits): SmtpSession {
  let open: Open | undefined
  let closed = false

  async function send(message: Outgoing): Promise<Outcome> {
    try {
      // one that broke while nobody used it says nothing about the server
      if (open?.connection.destroyed === true) open = undefined
      open ??= await connect(server, limits)
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error, server) }
    }
    const { connection, speaksUtf8 } = open
    if (needsUtf8(message.to) && !speaksUtf8)
      return { kind: 'refused', reason: 'The mail server takes no addresses with such letters (SMTPUTF8).' }
    if (closed) return { kind: 'deferred', reason: 'The server is stopping.' }
    try {
      const raw = await compose(message)
      const envelope = { from: message.from.address, to: message.to, size: raw.length }
      await within(limits.messageMs, connection, (done) => connection.send(envelope, raw, done))
      return { kind: 'sent' }
    } catch (error) {
      connection.close()
      open = undefined
      return { kind: kindOf(error), reason: reasonOf(error, server) }
    }
  }
  return {
    send,
    close() {
      closed = true
      open?.connection.close()
      open = undefined
    },
  }
}

interface Open {
  readonly connection: SMTPConnection
  readonly speaksUtf8: boolean
}

async function connect(server: MailServer, { connectMs, messageMs }: SmtpLimits): Promise<Open> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const connection = new Connection({
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    // either the upgrade works, certificate included, or nothing is said at all
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'off',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: messageMs,
    maxResponseSize: 64 * 1024,
  })
  // a connection that breaks while nobody waits for it is noticed by the next message
  connection.on('error', () => undefined)
  await within(connectMs, connection, (done) => connection.connect(done))
  const speaksUtf8 = /[ -]SMTPUTF8\b/i.test(String(connection.lastServerResponse))
  const { user, password } = server
  if (user !== undefined && password !== undefined)
    await within(connectMs, connection, (done) =>
      connection.login({ credentials: { user, pass: password } }, done),
    )
  return { connection, speaksUtf8 }
}

/** The bytes of a message (RFC 5322), in text and HTML. */
async function compose(message: Outgoing): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  return new MailComposer({
    from: { name: message.from.name ?? '', address: message.from.address },
    to: { name: '', address: message.to },
    subject: headerText(message.subject),
    messageId: `<${message.messageId}>`,
    date: new Date(message.date),
    text: message.text,
    html: message.html,
    // RFC 3834: nobody's holiday answers it
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': message.language },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build()
}

class TimeLimit extends Error {
  constructor(ms: number) {
    super(`The mail server did not answer within ${ms / 1000} s.`)
  }
}

/** Runs one step; a connection that breaks, or takes longer, fails it. */
async function within(
  ms: number,
  connection: SMTPConnection,
  step: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let onError: (error: Error) => void = () => undefined
  const onEnd = (): void => onError(new Error('The mail server closed the connection.'))
  try {
    await new Promise<void>((resolve, reject) => {
      onError = reject
      connection.once('error', onError)
      connection.once('end', onEnd)
      timer = setTimeout(() => {
        reject(new TimeLimit(ms))
        connection.close()
      }, ms)
      step((error) => (error ? reject(error) : resolve()))
    })
  } finally {
    clearTimeout(timer)
    connection.off('error', onError)
    connection.off('end', onEnd)
  }
}

interface SmtpError extends Error {
  readonly code?: string
  readonly responseCode?: number
  readonly response?: string
}

/** Answers that are about us and not about the message: sign in first, no TLS, no such mechanism. */
const aboutUs: readonly number[] = [530, 534, 535, 538]

function kindOf(error: unknown): 'refused' | 'deferred' | 'unreachable' {
  const { responseCode = 0, code } = error as SmtpError
  if (aboutUs.includes(responseCode)) return 'unreachable'
  if (responseCode >= 500) return 'refused'
  return responseCode === 0 && code === 'EENVELOPE' ? 'refused' : 'deferred'
}

/** Why, on one line, for whoever runs the server. */
function reasonOf(error: unknown, server: MailServer): string {
  const { response, message, code } = error as SmtpError
  const advice =
    code === 'ETLS' && server.tls === 'required' ? ' (STARTTLS is required; ?tls=off does without)' : ''
  return headerText(`${response ?? message}${advice}`, longestReason)
}
