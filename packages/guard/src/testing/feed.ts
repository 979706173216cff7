import { sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { refuseUnknown } from '../read-options.ts'
import { FeedRecord, frame } from '../revocation/testing/feed-record.ts'
import { always, digestOf, type FeedSigner, feedMetadata } from '../revocation/wire.ts'
import { makeTestKey } from './sign.ts'

/** What a revocation names: one session, or everything that a user was given so far. */
export type Revoked = { readonly sid: string } | { readonly sub: string }

const [endpoint, jwks] = ['/revocations', '/.well-known/feed-jwks.json']
const beatMs = 250

/** The feed of a test issuer: signed with a key of its own, streamed and polled as a server's is. */
export class TestFeed extends FeedRecord {
  readonly #made = makeTestKey('EdDSA')
  readonly #issuer: () => string
  readonly #listeners = new Set<ServerResponse>()
  #beat: NodeJS.Timeout | undefined

  constructor(issuer: () => string) {
    super(Date.now())
    this.#issuer = issuer
    this.start()
  }

  override get issuer(): string {
    return this.#issuer()
  }

  override get key(): FeedSigner {
    const { kid, privateKey } = this.#made
    return { kid, alg: 'EdDSA', sign: (bytes) => sign(null, bytes, privateKey) }
  }

  /** What the issuer's metadata says of it. */
  metadata(): Record<string, string> {
    return {
      [feedMetadata.endpoint]: this.issuer + endpoint,
      [feedMetadata.jwksUri]: this.issuer + jwks,
    }
  }

  /** Ends a session, or everything that a user was given so far. */
  revoke(revoked: Revoked): void {
    refuseUnknown('revoke', [['', revoked, { sid: true, sub: true }]])
    const digest = 'sid' in revoked ? digestOf('sid', revoked.sid) : digestOf('sub', revoked.sub)
    const now = Date.now()
    const expires = Math.floor(now / 1000) + 3600
    const { signed } = this.add({ type: 'session-revoked', digest, cut: always, expires }, now)
    const event = frame('change', signed)
    for (const listener of this.#listeners) listener.write(event)
  }

  start(): void {
    this.#beat ??= setInterval(() => {
      for (const listener of this.#listeners) listener.write(frame('position', this.position()))
    }, beatMs).unref()
  }

  /** Falls silent: listeners are cut off, and requests get 503. Guards go stale. */
  stop(): void {
    clearInterval(this.#beat)
    this.#beat = undefined
    for (const listener of this.#listeners) listener.destroy()
    this.#listeners.clear()
  }

  /** Answers a request for the feed or its keys; false where it is for something else. */
  answer(request: IncomingMessage, { pathname, searchParams }: URL, response: ServerResponse): boolean {
    if (pathname === jwks) json(response, 200, { keys: [this.#made.jwk] })
    else if (pathname !== endpoint) return false
    else if (this.#beat === undefined) json(response, 503, {})
    else this.#tell(request, searchParams, response)
    return true
  }

  #tell({ headers }: IncomingMessage, asked: URLSearchParams, response: ServerResponse): void {
    const position = this.position(asked.get('nonce') ?? '')
    if (headers['if-none-match'] === `"${this.place}"`) {
      response.writeHead(304, { 'gatehouse-position': position }).end()
      return
    }
    const cursor = asked.get('cursor')
    const { snapshot, changes } = this.missing(cursor === null ? undefined : Number(cursor))
    if (headers.accept !== 'text/event-stream') {
      json(response, 200, { position, ...(snapshot === undefined ? {} : { snapshot }), changes })
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(frame('position', position))
    if (snapshot !== undefined) response.write(frame('snapshot', snapshot))
    for (const change of changes) response.write(frame('change', change))
    this.#listeners.add(response)
    response.on('close', () => this.#listeners.delete(response))
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
