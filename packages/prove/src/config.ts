import type { Persona } from './plan/persona.ts'
import type { TokenContext, TokenMaker } from './run/token-maker.ts'

/** Parameters of a route, by name: `{ postId: '17' }`. */
export type Parameters = Readonly<Record<string, string>>

/** One of the two people that the prover plays; each owns resources of their own. */
export interface Person {
  /** The token's `sub`. */
  readonly id: string
  readonly username: string
}

/** What a recipe works with: an API client that is signed in as the owner-to-be. */
export interface OwnerApi {
  readonly owner: Person
  /** Calls the application as the owner, JSON in and out; throws when the answer is not 2xx. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  /** Parameters made so far for enclosing resources, e.g. the post of a comment. */
  readonly parents: Parameters
  /** A word that no other call of any run returns, for names that must be unique. */
  unique(): string
}

/** Makes one fresh resource as the owner, through the API itself, and returns the parameters that name it. */
export type Recipe = (api: OwnerApi) => Promise<Parameters> | Parameters

/** What a body or a query may be made from. */
export interface Things {
  /** Everything that recipes returned for the owner whose request it is: parameters of the path, and other keys. */
  readonly own: Parameters
  /** The same of the other owner, for requests that name both. */
  readonly other: Parameters
  /** A word that no other call has. */
  readonly unique: string
}

/** The body of a request: JSON, or a function that makes it. */
export type Body = ((things: Things) => unknown) | object | string | number | boolean | null

/** What the prover needs to know about an application: `prove.config.ts` exports one. */
export interface ProveConfig {
  /** Where the application listens, e.g. `http://127.0.0.1:4000`; loopback, unless `anywhere` says otherwise. */
  base: string
  /** The audience that the application's tokens are for; `prove` by default. */
  audience?: string
  /** Seconds to wait until the application takes connections; 30 by default. */
  readySeconds?: number
  /** Names of environment variables handed on to the application, besides PATH, HOME, TMPDIR, LANG and NODE_ENV. */
  passEnv?: readonly string[]
  /** Variables set for the application, e.g. the address of a database that may be spoiled. */
  env?: Readonly<Record<string, string>>
  /** Says that the data which the application writes to may be spoiled; without it no write is tried. */
  disposable?: boolean
  /**
   * What a person with a role may do, as the issuer would put it in a token: role -> permissions. Once there are any, a
   * rule that names a role or permission which neither these nor `permissions` list is a finding.
   */
  roles?: Readonly<Record<string, readonly string[]>>
  /** Permissions that no role carries, e.g. scopes of clients. */
  permissions?: readonly string[]
  /** The two owners; two made-up people by default. */
  owners?: readonly [Person, Person]
  /**
   * How to make a resource of an owner, by the parameter (`postId`) or by the route (`GET /posts/:postId`); by a list's
   * route (`GET /posts`), how to add a row to it.
   */
  resources?: Readonly<Record<string, Recipe>>
  /**
   * The body of a route's request, by `METHOD /path`: JSON, or a function of the owner's resources, such as
   * `({ own }) => ({ ids: [own.postId] })`: the other owner's are put there, too, and must not be reached. By default what
   * the OpenAPI document has for it, else `{}`.
   */
  bodies?: Readonly<Record<string, Body>>
  /** An OpenAPI document, as a file or an address below the base; it says which bodies routes take. */
  openapi?: string
  /** Query text by `METHOD /path`, e.g. `?limit=5`, or a function of the owner's resources, as in `bodies`. */
  queries?: Readonly<Record<string, string | ((things: Things) => string)>>
  /** Header fields that a route's requests need, by `METHOD /path`: `{ 'Idempotency-Key': 'proof' }`; no credentials. */
  headers?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Lists that show everyone's rows on purpose, by `METHOD /path`, with the reason. */
  sharedLists?: Readonly<Record<string, string>>
  /** Which callers a `check(name)` lets in, where that is known; without it those callers count as not tried. */
  checks?: Readonly<Record<string, boolean | ((caller: Persona) => boolean)>>
  /**
   * More fields of a body that name an owner: another's id is put there, and must not be believed. Names that say so
   * (`owner_id`, `userId`, `author`), and fields in which an answer names the caller, are tried anyway.
   */
  ownerFields?: readonly string[]
  /** Routes that must not be called, by `METHOD /path`, with the reason; each is listed in the report. */
  skip?: Readonly<Record<string, string>>
  /** Signs tokens with a shared secret (HS256, no audience) instead of a key pair: for APIs that check those. */
  sharedSecret?: string
  /** What the application does with the issuer's revocation feed, as its guard is configured; false where it follows none. */
  revocation?: false | RevocationSettings
  /** Makes the tokens, instead of an issuer of the prover's own: for an application that issues them itself. */
  tokens?: (context: TokenContext) => Promise<TokenMaker> | TokenMaker
  /** Lets the base address be another machine than this one. */
  anywhere?: boolean
}

export interface RevocationSettings {
  /** Seconds after which the application takes the feed for stale; 10 by default. */
  readonly staleness?: number
  /** What it does then on every route; by default routes with `stepUp` deny, and the others are not tried. */
  readonly onStale?: 'allow' | 'deny'
}

/** Helps an editor with the configuration's fields: returns its argument. */
export function defineConfig(config: ProveConfig): ProveConfig {
  return config
}

/** A mistake in the configuration or the command line: the prover cannot begin (exit code 2). */
export class ProveSetupError extends Error {
  readonly code = 'prove_setup'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProveSetupError'
  }
}

export const defaultOwners: readonly [Person, Person] = [
  { id: 'prove-owner-1', username: 'prove.owner.1' },
  { id: 'prove-owner-2', username: 'prove.owner.2' },
]
