import type { ProveConfig, Things } from '../config.ts'
import type { Attempt, PreflightHeaders, Probe } from '../plan/attempt.ts'
import { bodyOf } from '../plan/bodies.ts'
import { type ManifestRoute, nameOf } from '../plan/manifest.ts'
import { vary } from '../plan/path.ts'
import { inside } from './address.ts'
import { type Call, nonceHeader } from './call.ts'
import type { CallerHeaders } from './token-maker.ts'

export interface RequestParts {
  readonly config: ProveConfig
  readonly base: URL
  readonly nonce: string | undefined
  /** What the body is made from. */
  readonly things: Things
}

/** The request of an attempt, for a path whose parameters are filled in. */
export function requestOf(attempt: Attempt, path: string, caller: CallerHeaders, parts: RequestParts): Call {
  const { route, variant } = attempt
  const declared = route.method === 'ALL' ? 'GET' : route.method
  const method = methodOf(variant, declared)
  const [pathname = '', query] = path.split(/(?=\?)/, 2)
  const varied = vary(pathname, variant, route.path)
  const body = bodyOf(route, method, parts.config, parts.things)
  const headers = [
    ...caller,
    ...headersOf(route, parts.config),
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

/** What the configuration adds to a route's requests. */
export const headersOf = (route: ManifestRoute, { headers = {} }: ProveConfig): CallerHeaders =>
  Object.entries(headers[nameOf(route)] ?? {})

function methodOf(variant: Attempt['variant'], declared: string): string {
  return variant === 'method override' ? 'POST' : declared
}

/** The request of a probe, for a path whose parameters are filled in. */
export function probeRequest(probe: Probe, path: string, parts: RequestParts): Call {
  const { route, method, preflight, withBody } = probe
  const [pathname = '', query] = path.split(/(?=\?)/, 2)
  // whatever the route's method takes: a probe sends it with any method
  const body = withBody ? JSON.stringify(bodyOf(route, 'POST', parts.config, parts.things)) : undefined
  return {
    method,
    origin: parts.base,
    target: rawTarget(inside(parts.base, pathname), parts.base, pathname) + (query ?? ''),
    headers: [
      ...headersOf(route, parts.config),
      ...(parts.nonce === undefined ? [] : [[nonceHeader, parts.nonce] as const]),
      ...preflightHeaders(preflight, route.method === 'ALL' ? 'POST' : route.method),
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ],
    body,
  }
}

function preflightHeaders(preflight: PreflightHeaders, method: string): CallerHeaders {
  const asked = ['Access-Control-Request-Method', method] as const
  if (preflight === 'none') return []
  if (preflight === 'method alone') return [asked]
  return [['Origin', 'https://prove.invalid'], asked, ['Access-Control-Request-Headers', 'authorization']]
}

/** The headers by which some frameworks let a POST be another method. */
const overriding = (method: string): CallerHeaders =>
  ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((name) => [name, method] as const)

/** URL tidies some spellings away; what is sent is what was meant. */
function rawTarget(url: URL, base: URL, path: string): string {
  return path.includes('//') ? base.pathname.replace(/\/$/, '') + path : url.pathname
}
