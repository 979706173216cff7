import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type TestSmtp, testSmtp } from '../../testing/smtp.ts'
import { deliverable, headerText, readMailbox } from './address.ts'
import { type MailServer, readMailServer } from './server.ts'
import { type Outgoing, openSmtp, type SmtpSession } from './smtp.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function smtp(...options: Parameters<typeof testSmtp>): Promise<TestSmtp> {
  const server = await testSmtp(...options)
  closers.push(() => server.close())
  return server
}

const limits = { connectMs: 5_000, messageMs: 5_000 }
function session(port: number, rest: Partial<MailServer> = {}, given = limits): SmtpSession {
  const server = {
    host: '127.0.0.1',
    port,
    tls: 'off',
    user: undefined,
    password: undefined,
    ...rest,
  } as const
  const opened = openSmtp(server, given)
  closers.push(() => opened.close())
  return opened
}

const message: Outgoing = {
  messageId: '0198@acme.example',
  from: { name: 'Acme', address: 'no-reply@acme.example' },
  to: 'ana@example.com',
  subject: 'Hello',
  text: 'Hello, Ana.\n',
  html: '<p>Hello, Ana.</p>',
  language: 'en',
  date: Date.UTC(2026, 10, 28),
}

describe('an encrypted connection', () => {
  // the server's own certificate is signed by nobody
  const startTls = { disabledCommands: [] }

  test('is refused where the certificate is bad, and nothing is sent in the clear', async () => {
    const server = await smtp(undefined, startTls)
    const outcome = await session(server.port, { tls: 'required' }).send(message)
    expect(outcome).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/certificate/) })
    expect(server.received).toEqual([])
  })

  test('is refused where STARTTLS is required and not offered, with what to do', async () => {
    const server = await smtp()
    const outcome = await session(server.port, { tls: 'required' }).send(message)
    expect(outcome).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('?tls=off') })
    expect(server.received).toEqual([])
  })

  test('from the first byte is refused where the certificate is bad', async () => {
    const server = await smtp(undefined, { secure: true })
    const outcome = await session(server.port, { tls: 'implicit' }).send(message)
    expect(outcome).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/certificate/) })
    expect(server.received).toEqual([])
  })

  test('from the first byte never falls back to a server that speaks in the clear', async () => {
    const server = await smtp()
    expect(await session(server.port, { tls: 'implicit' }).send(message)).toMatchObject({
      kind: 'unreachable',
    })
    expect(server.received).toEqual([])
  })
})

describe('a server that asks who is there', () => {
  const asking = () =>
    smtp(undefined, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        password === 'p@ss/word' ? done(null, { user: username ?? '' }) : done(new Error('no')),
    })

  test('gets the user and the password', async () => {
    const server = await asking()
    const { user, password } = readMailServer('smtp://ana:p%40ss%2Fword@127.0.0.1')
    expect(await session(server.port, { user, password }).send(message)).toEqual({ kind: 'sent' })
    expect(server.received).toMatchObject([{ user: 'ana' }])
  })

  test('and refuses us, refuses no message: it can be sent once the settings are right', async () => {
    const { port } = await asking()
    const wrong = await session(port, { user: 'ana', password: 'wrong' }).send(message)
    expect(wrong).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('535') })
    expect(JSON.stringify(wrong)).not.toContain('wrong"')
    expect(await session(port).send(message)).toMatchObject({ kind: 'unreachable' })
  })
})

describe('a server that does not answer', () => {
  test('to a message is left after the limit, and the message is for later', async () => {
    const server = await smtp(() => 'hang')
    const outcome = await session(server.port, {}, { connectMs: 5_000, messageMs: 300 }).send(message)
    expect(outcome).toMatchObject({ kind: 'deferred' })
  })

  test('at all is out of reach', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    closers.push(() => silent.close())
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const outcome = await session(port, {}, { connectMs: 300, messageMs: 5_000 }).send(message)
    expect(outcome).toMatchObject({ kind: 'unreachable' })
  })
})

describe('an address with letters beyond ASCII', () => {
  const to = deliverable('jörg@bücher.example') ?? ''

  test('goes to a server that takes it (SMTPUTF8)', async () => {
    const server = await smtp()
    expect(await session(server.port).send({ ...message, to })).toEqual({ kind: 'sent' })
    expect(server.received).toMatchObject([{ to: 'jörg@bücher.example' }])
  })

  test('is refused for good where the server does not, and the next message still goes', async () => {
    const server = await smtp(undefined, { hideSMTPUTF8: true })
    const opened = session(server.port)
    expect(await opened.send({ ...message, to })).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('SMTPUTF8'),
    })
    const domainOnly = deliverable('ana@bücher.example') ?? ''
    expect(domainOnly).toBe('ana@xn--bcher-kva.example')
    expect(await opened.send({ ...message, to: domainOnly })).toEqual({ kind: 'sent' })
  })
})

describe('a header', () => {
  const breaks = [
    '\r\nBcc: eve@example.com',
    '\nBcc: eve@example.com',
    '\u0000',
    '\u2028Bcc: x',
    '\u2029',
    '\u0085',
    '\u202e',
  ]

  test.each(breaks)('cannot be added by a subject or a name with %j', async (bad) => {
    const server = await smtp()
    const from = { name: `Acme${bad}`, address: 'no-reply@acme.example' }
    const subject = `Hello${bad}`
    expect(await session(server.port).send({ ...message, from, subject })).toEqual({ kind: 'sent' })
    const [received] = server.received
    expect(received?.parsed.headers.map(({ key }) => key)).not.toContain('bcc')
    expect(received?.parsed.bcc).toBeUndefined()
    expect(received?.raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc/im)
    expect(headerText(subject)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
  })

  test.each(breaks)('cannot be added by an address with %j: it is none', (bad) => {
    expect(deliverable(`ana${bad}@example.com`)).toBeUndefined()
    expect(deliverable(`ana@example.com${bad}`)).toBeUndefined()
    expect(readMailbox(`Acme${bad} <no-reply@acme.example>`)).toBeUndefined()
  })

  test('and whole addresses are as long as they may be, and no longer', () => {
    const domain = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.example`
    const longest = `${'a'.repeat(254 - domain.length - 1)}@${domain}`
    expect(longest).toHaveLength(254)
    expect(deliverable(longest)).toBe(longest)
    expect(deliverable(`a${longest}`)).toBeUndefined()
    expect(deliverable(`${'a'.repeat(65)}@example.com`)).toBeUndefined()
    expect(deliverable('ana+news@example.com')).toBe('ana+news@example.com')
    for (const none of [
      '',
      'ana',
      '@example.com',
      'ana@',
      'ana@b c',
      'a b@example.com',
      '<ana@example.com>',
      'ana@[127.0.0.1]',
    ])
      expect(deliverable(none), none).toBeUndefined()
  })
})

describe('the address of a mail server', () => {
  test.each([
    [
      'smtps://u:p@mail.example.com',
      { host: 'mail.example.com', port: 465, tls: 'implicit', user: 'u', password: 'p' },
    ],
    ['smtp://mail.example.com', { port: 587, tls: 'required', user: undefined }],
    ['smtp://mail.example.com:25?tls=off', { port: 25, tls: 'off' }],
    ['smtp://localhost:1025', { port: 1025, tls: 'off' }],
    ['smtp://localhost?tls=required', { tls: 'required' }],
    ['smtp://[::1]:25', { host: '::1', tls: 'off' }],
  ])('%s is read', (text, read) => {
    expect(readMailServer(text)).toMatchObject(read)
  })

  test.each([
    'http://mail.example.com',
    'mail.example.com',
    'smtp://',
    'smtp://user@mail.example.com',
    'smtp://mail.example.com/path',
    'smtps://mail.example.com?tls=off',
    'smtp://mail.example.com?tls=maybe',
    'smtp://mail.example.com?secure=no',
    'smtp://u:%zz@mail.example.com',
    'smtp://mail.example.com:0',
  ])('%s is refused, and the reason repeats none of it', (text) => {
    expect(() => readMailServer(text)).toThrow(/^must |^takes |^knows |^has /)
    expect(() => readMailServer(text.replace('//', '//hunter:hunter2@'))).not.toThrow(/hunter2/)
  })
})
