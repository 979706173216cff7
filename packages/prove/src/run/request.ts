import type { ProveConfig } from '../config.ts'
import type { Attempt } from '../plan/attempt.ts'
import { bodyOf } from '../plan/bodies.ts'
import { vary } from '../plan/path.ts'
import { inside } from './address.ts'
import { type Call, nonceHeader } from './call.ts'
import type { CallerHeaders } from './token-maker.ts'

export interface RequestParts {
  readonly config: ProveConfig
  readonly base: URL
  readonly nonce: string | undefined
  /** A word that no other call has. */
  readonly unique: string
  /** The id that is put where a body names its owner. */
  readonly anotherId: string
}

/** The request of an attempt, for a path whose parameters are filled in. */
export function requestOf(attempt: Attempt, path: string, caller: CallerHeaders, parts: RequestParts): Call {
  const { route, variant, ownerFields = [] } = attempt
  const declared = route.method === 'ALL' ? 'GET' : route.method
  const method = methodOf(variant, declared)
  const [pathname = '', query] = path.split(/(?=\?)/, 2)
  const varied = vary(pathname, variant, route.path)
  const body = withOwner(bodyOf(route, method, parts.config, parts.unique), ownerFields, parts.anotherId)
  const headers = [
    ...caller,
    ...(parts.nonce === undefined ? [] : [[nonceHeader, parts.nonce] as const]),
    ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ...(variant === 'method override' ? overriding(declared) : []),
  ]
  return {
    method,
    origin: parts.base,
    target: rawTarget(inside(parts.base, varied), parts.base, varied) + (query ?? ''),
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  }
}

function methodOf(variant: Attempt['variant'], declared: string): string {
  if (variant === 'HEAD') return 'HEAD'
  return variant === 'method override' || variant === 'as POST' ? 'POST' : declared
}

/** The headers by which some frameworks let a POST be another method. */
const overriding = (method: string): CallerHeaders =>
  ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name) => [name, method] as const)

function withOwner(body: unknown, fields: readonly string[], id: string): unknown {
  if (fields.length === 0 || typeof body !== 'object' || body === null) return body
  return { ...body, ...Object.fromEntries(fields.map((name) => [name, id])) }
}

/** URL tidies some spellings away; what is sent is what was meant. */
function rawTarget(url: URL, base: URL, path: string): string {
  return path.includes('//') ? base.pathname.replace(/\/$/, '') + path : url.pathname
}
