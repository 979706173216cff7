import { sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { RevocationSet } from '../revocation/set.ts'
import {
  always,
  type Change,
  digestOf,
  encodeChange,
  encodePosition,
  encodeSnapshot,
  type FeedSigner,
  feedMetadata,
} from '../revocation/wire.ts'
import { makeTestKey } from './keys.ts'

/** What a revocation names: one session, or everything that a user was given so far. */
export type Revoked = { readonly sid: string } | { readonly sub: string }

const [endpoint, jwks] = ['/revocations', '/.well-known/feed-jwks.json']
const beatMs = 250
/** Milliseconds of the monotonic clock, as positions tell it. */
const clock = (): number => Math.floor(performance.now())

/** The feed of a test issuer: signed with a key of its own, streamed and polled as a server's is. */
export class TestFeed {
  readonly #key = makeTestKey('EdDSA')
  readonly #issuer: () => string
  readonly #listeners = new Set<ServerResponse>()
  #changes: readonly Change[] = []
  #place: number = Date.now()
  #beat: NodeJS.Timeout | undefined

  constructor(issuer: () => string) {
    this.#issuer = issuer
    this.start()
  }

  /** What the issuer's metadata says of it. */
  metadata(): Record<string, string> {
    return {
      [feedMetadata.endpoint]: this.#issuer() + endpoint,
      [feedMetadata.jwksUri]: this.#issuer() + jwks,
    }
  }

  /** Ends a session, or everything that a user was given so far. */
  revoke(revoked: Revoked): void {
    const digest = 'sid' in revoked ? digestOf('sid', revoked.sid) : digestOf('sub', revoked.sub)
    const [prev, now] = [this.#place, Date.now()]
    const change: Change = {
      type: 'session-revoked',
      seq: Math.max(prev + 1, now),
      prev,
      at: now,
      digest,
      cut: always,
      expires: Math.floor(now / 1000) + 3600,
    }
    this.#changes = [...this.#changes, change]
    this.#place = change.seq
    const event = frame('change', encodeChange(change, this.#issuer(), this.#signer))
    for (const listener of this.#listeners) listener.write(event)
  }

  start(): void {
    this.#beat ??= setInterval(() => {
      for (const listener of this.#listeners) listener.write(frame('position', this.#position()))
    }, beatMs).unref()
  }

  /** Falls silent: listeners are cut off, and whoever asks is told 503. What they know grows old. */
  stop(): void {
    clearInterval(this.#beat)
    this.#beat = undefined
    for (const listener of this.#listeners) listener.destroy()
    this.#listeners.clear()
  }

  /** Answers a request for the feed or its keys; false where it is for something else. */
  answer(request: IncomingMessage, { pathname, searchParams }: URL, response: ServerResponse): boolean {
    if (pathname === jwks) json(response, 200, { keys: [this.#key.jwk] })
    else if (pathname !== endpoint) return false
    else if (this.#beat === undefined) json(response, 503, {})
    else this.#tell(request, searchParams, response)
    return true
  }

  #tell({ headers }: IncomingMessage, asked: URLSearchParams, response: ServerResponse): void {
    const position = this.#position(asked.get('nonce') ?? '')
    if (headers['if-none-match'] === `"${this.#place}"`) {
      response.writeHead(304, { 'gatehouse-position': position }).end()
      return
    }
    const { snapshot, changes } = this.#since(asked.get('cursor'))
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

  /** What somebody at a place of the feed lacks: the changes since, where that place is known, else everything. */
  #since(cursor: string | null): { snapshot?: string; changes: string[] } {
    const known =
      cursor !== null && this.#changes.some(({ seq, prev }) => [seq, prev].includes(Number(cursor)))
    const missing = known ? this.#changes.filter(({ seq }) => seq > Number(cursor)) : []
    const changes = missing.map((change) => encodeChange(change, this.#issuer(), this.#signer))
    return known ? { changes } : { snapshot: this.#snapshot(), changes }
  }

  #snapshot(): string {
    const set = new RevocationSet()
    for (const { digest, cut, expires } of this.#changes) set.add({ digest, cut, expires })
    const issuedAt = Math.floor(Date.now() / 1000)
    const head = { issuer: this.#issuer(), seq: this.#place, issuedAt, expires: issuedAt + 3600 }
    return encodeSnapshot({ ...head, entries: set.toTable() }, this.#signer)
  }

  #position(nonce?: string): string {
    const time = clock()
    const position = { seq: this.#place, asOf: time, time, ...(nonce === undefined ? {} : { nonce }) }
    return encodePosition(position, this.#issuer(), this.#signer)
  }

  get #signer(): FeedSigner {
    const { kid, privateKey } = this.#key
    return { kid, alg: 'EdDSA', sign: (bytes) => sign(null, bytes, privateKey) }
  }
}

const frame = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
