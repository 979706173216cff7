import { createHash } from 'node:crypto'
import { ConfigurationError } from '../errors.ts'
import type { Names } from '../option-names.ts'
import { ownOnly, refuseUnknown } from '../read-options.ts'
import { secureUrl } from '../verify/fetch-json.ts'
import type { Claims, MaybePromise } from '../verify/types.ts'
import type { RevocationSource, Standing } from './types.ts'

export interface IntrospectionOptions {
  /** The issuer's introspection endpoint (RFC 7662), an https URL (http on loopback). */
  endpoint: string
  /** How this API authenticates: a client id and secret (HTTP Basic), or a bearer token. */
  credentials: { clientId: string; clientSecret: string } | { token: string }
  /** Seconds for which an answer is cached, and by which a revocation may be noticed late; 5 by default, 60 at most. */
  cacheFor?: number
  /** The most answers to cache; 10,000 by default. */
  cacheSize?: number
  /** Lets http be used for an issuer that is not on loopback. Never in production. */
  allowInsecureRequests?: boolean
  /** Called when the issuer could not be asked. */
  onError?: (error: unknown) => void
}

const optionNames: Names<IntrospectionOptions> = {
  endpoint: true,
  credentials: true,
  cacheFor: true,
  cacheSize: true,
  allowInsecureRequests: true,
  onError: true,
}

/** A client's, or a token. */
const credentialNames = { clientId: true, clientSecret: true, token: true } as const

/** The limits of an answer: milliseconds, and bytes. */
const [timeout, maxBytes] = [5000, 64 * 1024]
/** The most concurrent questions; beyond that the answer is `stale`. */
const maxQuestions = 256

/**
 * Asks the issuer about each token (RFC 7662): for issuers without a feed. Answers are cached for a few seconds, so that
 * a busy caller costs one question in that time.
 *
 * @throws ConfigurationError for an unknown option, or an endpoint that is not usable
 * @example createGuard({ issuer, audience, revocation: introspection({ endpoint, credentials: { clientId, clientSecret } }) })
 */
export function introspection(options: IntrospectionOptions): RevocationSource {
  refuseUnknown('introspection', [
    ['', options, optionNames],
    ['credentials.', options?.credentials, credentialNames],
  ])
  return new Introspection(ownOnly(options))
}

interface Answer {
  readonly active: boolean
  /** On the monotonic clock. */
  readonly until: number
}

class Introspection implements RevocationSource {
  readonly #url: URL
  readonly #authorization: string
  readonly #cacheFor: number
  readonly #cacheSize: number
  readonly #onError: (error: unknown) => void
  readonly #answers = new Map<string, Answer>()
  readonly #asking = new Map<string, Promise<Standing>>()
  readonly #cancel = new AbortController()

  constructor(options: IntrospectionOptions) {
    const { endpoint, credentials, cacheFor = 5, cacheSize = 10_000, allowInsecureRequests = false } = options
    if (!(cacheFor >= 0 && cacheFor <= 60))
      throw new ConfigurationError('cacheFor is not a number of seconds up to 60.')
    try {
      this.#url = secureUrl(endpoint, allowInsecureRequests)
    } catch (cause) {
      throw new ConfigurationError('The introspection endpoint is not usable.', { cause })
    }
    this.#authorization = authorization(ownOnly(credentials))
    this.#cacheFor = cacheFor * 1000
    this.#cacheSize = cacheSize
    this.#onError = options.onError ?? ((error) => console.warn('[gatehouse] introspection failed:', error))
  }

  standing(_claims: Claims, _kid: string | undefined, token?: string): MaybePromise<Standing> {
    if (token === undefined) return 'stale'
    // not the token itself: a leak of this memory must not leak usable tokens
    const key = createHash('sha256').update(token).digest('base64url')
    const known = this.#answers.get(key)
    if (known !== undefined && known.until > performance.now()) return known.active ? 'good' : 'revoked'
    const asking = this.#asking.get(key)
    if (asking !== undefined) return asking
    if (this.#asking.size >= maxQuestions) return 'stale'
    const question = this.#ask(key, token).finally(() => this.#asking.delete(key))
    this.#asking.set(key, question)
    return question
  }

  close(): void {
    this.#cancel.abort()
  }

  async #ask(key: string, token: string): Promise<Standing> {
    try {
      const active = await this.#introspect(token)
      this.#remember(key, { active, until: performance.now() + this.#cacheFor })
      return active ? 'good' : 'revoked'
    } catch (error) {
      if (!this.#cancel.signal.aborted) this.#onError(error)
      return 'stale'
    }
  }

  async #introspect(token: string): Promise<boolean> {
    const response = await fetch(this.#url, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: this.#authorization, accept: 'application/json' },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      signal: AbortSignal.any([this.#cancel.signal, AbortSignal.timeout(timeout)]),
    })
    const body = await readText(response)
    if (response.status !== 200)
      throw new Error(`The introspection endpoint answered with status ${response.status}.`)
    const answer: unknown = JSON.parse(body)
    if (
      typeof answer !== 'object' ||
      answer === null ||
      !('active' in answer) ||
      typeof answer.active !== 'boolean'
    ) {
      throw new Error('The introspection endpoint did not say whether the token is active.')
    }
    return answer.active
  }

  #remember(key: string, answer: Answer): void {
    // evict the oldest: a Map keeps the order of insertion
    this.#answers.delete(key)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size >= this.#cacheSize && oldest !== undefined) this.#answers.delete(oldest)
    this.#answers.set(key, answer)
  }
}

function authorization(credentials: IntrospectionOptions['credentials']): string {
  if ('token' in credentials) return `Bearer ${credentials.token}`
  // RFC 6749, section 2.3.1: form-encode both before joining them
  const [id, secret] = [credentials.clientId, credentials.clientSecret].map((part) =>
    new URLSearchParams({ part }).toString().slice('part='.length),
  )
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw new Error('The introspection endpoint answered with more than 64 KiB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
