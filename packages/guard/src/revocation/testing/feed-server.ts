import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Change, feedMetadata } from '../wire.ts'
import { type TestFeedKey, testFeedKey } from './feed-keys.ts'
import { FeedRecord, frame } from './feed-record.ts'

/** A listener's connection, from the test server's side. */
export interface Listener {
  readonly response: ServerResponse
  readonly nonce: string
  readonly cursor: number | undefined
  send(event: string, data: string): void
}

/**
 * A small feed over real HTTP, for tests. It is well-behaved, unless a test sets `onStream` or `onPoll`.
 */
export class TestFeedServer extends FeedRecord {
  override key: TestFeedKey = testFeedKey()
  /** The published keys, if they differ from `key`. */
  published: readonly TestFeedKey[] | undefined
  announces = true
  onStream: ((listener: Listener) => void) | undefined
  onPoll: ((listener: Listener) => void) | undefined
  /** Rejects requests with 429 for as long as it returns a Retry-After. */
  throttle: (() => string | undefined) | undefined
  readonly requests: { path: string; accept: string | undefined }[] = []
  readonly #listeners = new Set<Listener>()
  #server: Server | undefined
  #port = 0
  #beat: NodeJS.Timeout | undefined

  constructor() {
    super(1_000)
  }

  override get issuer(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Listens, on the same port as before if it has been stopped. */
  async start(): Promise<this> {
    const server = createServer((request, response) => this.#answer(request, response))
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
    this.#beat = setInterval(() => this.beat(), 50)
    return this
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat)
    this.#listeners.clear()
    const server = this.#server
    if (server === undefined) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  revoke(change: Omit<Change, 'seq' | 'prev' | 'at'>): Change {
    const { next, signed } = this.add(change)
    for (const listener of this.#listeners) listener.send('change', signed)
    return next
  }

  beat(): void {
    for (const listener of this.#listeners) listener.send('position', this.position())
  }

  /** Answers a stream as a correct server does, and keeps it open. */
  stream(listener: Listener): void {
    listener.send('position', this.position(listener.nonce))
    const { snapshot, changes } = this.missing(listener.cursor)
    if (snapshot !== undefined) listener.send('snapshot', snapshot)
    for (const change of changes) listener.send('change', change)
    this.#listeners.add(listener)
    listener.response.on('close', () => this.#listeners.delete(listener))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.issuer)
    const { accept } = request.headers
    this.requests.push({ path: url.pathname, accept })
    if (url.pathname === '/.well-known/oauth-authorization-server') this.#metadata(response)
    else if (url.pathname === '/feed-keys') this.#keys(response)
    else if (url.pathname === '/revocations') this.#feed(url, request, response)
    else response.writeHead(404).end()
  }

  #feed(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const retryAfter = this.throttle?.()
    if (retryAfter !== undefined) {
      response.writeHead(429, { 'retry-after': retryAfter }).end()
      return
    }
    const cursor = url.searchParams.get('cursor')
    const listener: Listener = {
      response,
      nonce: url.searchParams.get('nonce') ?? '',
      cursor: cursor === null ? undefined : Number(cursor),
      send: (event, data) => void response.write(frame(event, data)),
    }
    if (request.headers.accept === 'application/json') {
      if (this.onPoll === undefined) this.poll(listener, request)
      else this.onPoll(listener)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (this.onStream === undefined) this.stream(listener)
    else this.onStream(listener)
  }

  poll({ response, nonce, cursor }: Listener, request: IncomingMessage): void {
    const position = this.position(nonce)
    if (request.headers['if-none-match'] === `"${this.place}"`) {
      response.writeHead(304, { 'gatehouse-position': position }).end()
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ position, ...this.missing(cursor) }))
  }

  #metadata(response: ServerResponse): void {
    const { issuer } = this
    const feed = {
      [feedMetadata.endpoint]: `${issuer}/revocations`,
      [feedMetadata.jwksUri]: `${issuer}/feed-keys`,
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks`, ...(this.announces ? feed : {}) }))
  }

  #keys(response: ServerResponse): void {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: (this.published ?? [this.key]).map(({ jwk }) => jwk) }))
  }
}
