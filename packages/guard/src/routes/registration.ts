import { callOf, type Declaration, declarationOf, declarationSource } from './declared.ts'
import { type Pattern, printPattern } from './pattern.ts'
import { printSource, type Source } from './source.ts'

/** What an application registered, according to its framework's own route table. */
export interface RouteTable {
  readonly framework: string
  /**
   * Whether registrations run in order, each handing on to the next that matches (Express, Hono, Koa). Elsewhere one
   * registration answers alone, and its steps are all that runs (Fastify, Nest).
   */
  readonly ordered: boolean
  readonly registrations: readonly Registration[]
  readonly unreadable: readonly Unreadable[]
}

export interface Registration {
  /**
   * `route`: answers exactly these paths. `layer`: runs in front of what matches (`use`). `files`: answers with files.
   * `mount`: another application whose routes cannot be read.
   */
  readonly kind: 'route' | 'layer' | 'files' | 'mount'
  /** Upper case, or ALL. */
  readonly method: string
  /** A layer's ends in a wildcard if it runs for everything below. */
  readonly pattern: Pattern
  /** What runs, in order. */
  readonly steps: readonly Step[]
  /**
   * The routers it is in, from the outermost: a blanket `guard.open` counts for what was registered in the same
   * router or in the same call.
   */
  readonly scope: readonly unknown[]
  /** True for a layer that runs for nothing outside of its scope (Koa). */
  readonly confined?: boolean
  /** Parameters that its steps can read; those of the pattern unless the framework hides some of them. */
  readonly parameters?: readonly string[]
  readonly source?: Source | undefined
  /** What a person knows its handler by, where no line of code shows it: `Users.show` of a Nest controller. */
  readonly handler?: string
  /** The object that was registered: the same one seen twice was mounted twice. */
  readonly identity?: unknown
}

export type Step =
  | {
      readonly kind: 'guard'
      readonly declaration: Declaration
      readonly source: Source | undefined
      /** True where it is in front of the whole application: what it opens was not opened knowingly. */
      readonly blanket?: boolean
    }
  | {
      readonly kind: 'function'
      readonly name: string
      readonly ends: Ends
      /** Set where it makes guards and was not called: how to call it. */
      readonly uncalled?: string
    }

/** Whether a function answers: `always` (it has no `next`), `maybe`, or `never` (known to call `next`). */
export type Ends = 'always' | 'maybe' | 'never'

/** Something whose routes cannot be read, and what to do about it. */
export interface Unreadable {
  readonly what: string
  readonly path: string | undefined
  readonly source: Source | undefined
  /** Why it cannot be read, where it is not an application of its own. */
  readonly detail?: string
  readonly advice: string
}

/** `GET /users/:userId` */
export const nameOf = ({ method, pattern }: Pick<Registration, 'method' | 'pattern'>): string =>
  `${method} ${printPattern(pattern)}`

/** ` (src/app.ts:12)`, or nothing where it is not known. */
export const place = (source: Source | undefined): string =>
  source === undefined ? '' : ` (${printSource(source)})`

/** Middleware that is known to call `next` (cors answers nothing but OPTIONS). */
const handsOn = new Set([
  'jsonParser',
  'urlencodedParser',
  'rawParser',
  'textParser',
  'corsMiddleware',
  'cors',
  'query',
  'expressInit',
  'cookieParser',
  'helmetMiddleware',
  'compression',
  'logger',
  'session',
])

/**
 * Reads one function of a chain: a guard by what it carries, anything else by how many parameters it takes.
 *
 * @param answers how many parameters a function without `next` takes: `(req, res)`, `(c)`
 */
export function stepOf(handle: unknown, answers: number): Step {
  const declaration = declarationOf(handle)
  if (declaration !== undefined) return { kind: 'guard', declaration, source: declarationSource(handle) }
  const { name, length } = typeof handle === 'function' ? handle : { name: '', length: 0 }
  const shown = name === '' ? 'an unnamed function' : name
  const uncalled = callOf(handle)
  if (uncalled !== undefined) return { kind: 'function', name: shown, ends: 'maybe', uncalled }
  if (handsOn.has(name)) return { kind: 'function', name: shown, ends: 'never' }
  return { kind: 'function', name: shown, ends: length === answers ? 'always' : 'maybe' }
}
