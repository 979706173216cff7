import type { IncomingMessage } from 'node:http'
import { type Announcement, FeedKeys, readAnnouncement } from './announcement.ts'
import { Conversation, type ConversationOptions } from './conversation.ts'
import type { Feed } from './feed.ts'
import { AnswerError, get, maxFrame, readAll, readEvents } from './http.ts'
import { type Change, FeedError } from './wire.ts'

export interface FollowOptions {
  readonly issuer: string
  readonly allowInsecureRequests: boolean
  readonly mode: 'auto' | 'stream' | 'poll'
  /** Milliseconds between polls. */
  readonly pollInterval: number
  readonly onChange: (change: Change) => void
  readonly onSnapshot: (replaced: boolean) => void
  /** The issuer has no feed: there is nothing to follow. */
  readonly onNone: () => void
  /** A connection ended or could not be opened. */
  readonly onFailure: (error: unknown) => void
  /** Everything so far has been received. */
  readonly onProgress: () => void
}

/** Consecutive failed streams before falling back to polling, and for how many milliseconds. */
const [hopelessStreams, pollingSpell] = [2, 60_000]
/** The first and the longest pause after a failure, in milliseconds. */
const [shortestPause, longestPause] = [100, 3000]
/** The longest wait in milliseconds that a server can ask for with a 429; longer ones are capped. */
const longestThrottling = 60_000

/** Follows an issuer's feed until it is stopped: connects, listens, and reconnects after any failure. */
export class Follower {
  readonly #feed: Feed
  readonly #options: FollowOptions
  readonly #cancel = new AbortController()
  readonly #pause = new Pause(this.#cancel.signal)
  #keys: FeedKeys | undefined
  #failures = 0
  #fruitlessStreams = 0
  #pollUntil = Number.NEGATIVE_INFINITY

  constructor(feed: Feed, options: FollowOptions) {
    this.#feed = feed
    this.#options = options
  }

  stop(): void {
    this.#cancel.abort()
  }

  async run(): Promise<void> {
    const { signal } = this.#cancel
    let announcement: Announcement | undefined
    while (!signal.aborted) {
      try {
        if (announcement === undefined) {
          const { issuer, allowInsecureRequests } = this.#options
          announcement = await readAnnouncement(issuer, allowInsecureRequests, signal)
          if (announcement === undefined) return this.#options.onNone()
          this.#keys = FeedKeys.at(announcement.jwksUri, this.#feed.clocks.monotonic, signal)
        }
        await (this.#mayStream() ? this.#stream(announcement) : this.#poll(announcement))
        await this.#pause.for(this.#mayStream() ? shortestPause : this.#options.pollInterval)
      } catch (error) {
        if (signal.aborted) return
        // it may have moved or replaced its keys; not if it merely throttles
        if (isThrottled(error)) this.#fruitlessStreams = 0
        else announcement = undefined
        this.#options.onFailure(error)
        await this.#pause.for(this.#backoff(error))
      }
    }
  }

  /** Called when a feed key was dropped. */
  forgetKeys(): void {
    this.#keys?.forget()
  }

  #mayStream(): boolean {
    const { mode } = this.#options
    return mode === 'stream' || (mode === 'auto' && this.#feed.clocks.monotonic() >= this.#pollUntil)
  }

  /**
   * Backs off with jitter, so that guards do not storm a server that comes back. A throttling server decides how long;
   * a proxy's Retry-After for a server that is down must not delay a guard for longer than usual.
   */
  #backoff(error: unknown): number {
    const limit = Math.min(longestPause, shortestPause * 2 ** this.#failures)
    this.#failures += 1
    const asked = error instanceof AnswerError ? (error.retryAfter ?? 0) * 1000 : 0
    const most = isThrottled(error) ? longestThrottling : longestPause
    return Math.min(most, asked) + limit * (0.5 + Math.random() / 2)
  }

  #converse(): Conversation {
    const { issuer, onChange, onSnapshot } = this.#options
    const keys = this.#keys
    const options: ConversationOptions = {
      issuer,
      keys: (kid) => keys?.find(kid),
      onChange,
      onSnapshot,
    }
    return new Conversation(this.#feed, options)
  }

  #ask(endpoint: URL, conversation: Conversation, headers: Record<string, string>): Promise<IncomingMessage> {
    const url = new URL(endpoint)
    url.searchParams.set('nonce', conversation.nonce)
    if (this.#feed.place !== undefined) url.searchParams.set('cursor', String(this.#feed.place))
    return get(url, headers, this.#cancel.signal)
  }

  async #stream({ endpoint }: Announcement): Promise<void> {
    const conversation = this.#converse()
    this.#fruitlessStreams += 1
    if (this.#fruitlessStreams > hopelessStreams && this.#options.mode === 'auto') {
      this.#pollUntil = this.#feed.clocks.monotonic() + pollingSpell
      this.#fruitlessStreams = 0
      return
    }
    const answer = await this.#ask(endpoint, conversation, { accept: 'text/event-stream' })
    try {
      for await (const { name, data } of readEvents(answer, maxFrame)) {
        if (name === 'position') await conversation.position(data)
        else if (name === 'change') await conversation.change(data)
        else if (name === 'snapshot') await conversation.snapshot(data)
        if (conversation.isComplete) this.#succeeded()
      }
    } finally {
      answer.destroy()
    }
    throw new FeedError('the connection ended')
  }

  async #poll({ endpoint }: Announcement): Promise<void> {
    for (let more = true; more; ) {
      const conversation = this.#converse()
      const { place } = this.#feed
      const known: Record<string, string> = place === undefined ? {} : { 'if-none-match': `"${place}"` }
      const answer = await this.#ask(endpoint, conversation, { accept: 'application/json', ...known })
      if (answer.statusCode === 304) {
        answer.destroy()
        const { 'gatehouse-position': position } = answer.headers
        if (typeof position !== 'string') throw new FeedError('an answer without its position')
        await conversation.position(position)
        if (!conversation.isComplete) throw new FeedError('something new was left out')
      } else {
        await takeIn(conversation, await readAll(answer))
        if (!conversation.isComplete && this.#feed.place === place)
          throw new FeedError('an answer that leads nowhere')
      }
      more = !conversation.isComplete
    }
    this.#succeeded()
  }

  #succeeded(): void {
    this.#failures = 0
    this.#fruitlessStreams = 0
    this.#options.onProgress()
  }
}

/** Whether the server is up but throttles (RFC 6585, section 4). */
function isThrottled(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 429
}

/** Processes the answer to one poll: a position, perhaps a snapshot, then changes. */
async function takeIn(conversation: Conversation, body: Buffer): Promise<void> {
  const { position, snapshot, changes } = parse(body)
  if (typeof position !== 'string' || !Array.isArray(changes))
    throw new FeedError('an answer without its parts')
  await conversation.position(position)
  if (typeof snapshot === 'string') await conversation.snapshot(snapshot)
  for (const change of changes) {
    if (typeof change !== 'string') throw new FeedError('not a change')
    await conversation.change(change)
  }
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(body.toString('utf8'))))
  } catch (cause) {
    throw new FeedError('an answer that is not JSON', { cause })
  }
}

/** Sleeps without keeping the process alive, and can be cancelled. */
export class Pause {
  readonly #cancel: AbortSignal

  constructor(cancel: AbortSignal) {
    this.#cancel = cancel
  }

  /** Waits for `ms` milliseconds. */
  for(ms: number): Promise<void> {
    if (this.#cancel.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#cancel.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      timer.unref()
      this.#cancel.addEventListener('abort', done, { once: true })
    })
  }
}
