import type { SentRequest } from '../verdict.ts'
import { type Call, nonceHeader } from './call.ts'
import type { CallerHeaders } from './token-maker.ts'

/** As much of a request's body as a report shows. */
const sentLimit = 2_000
/** Far more than is ever shown: what is cut off here cannot appear. */
const readLimit = 16_384

/** A request as a report may show it: without the run's nonce, and with placeholders for credentials. */
export function sentRequest(call: Call, credentials: CallerHeaders): SentRequest {
  return {
    method: call.method,
    url: call.origin.origin + call.target,
    headers: call.headers
      .filter(([name]) => name !== nonceHeader)
      .map((line) => (credentials.includes(line) ? [line[0], placeholder(line)] : line)),
    body: call.body === undefined ? undefined : withoutSecrets(call.body, sentLimit),
  }
}

/** The scheme stays, and so does a value that is nothing but a scheme: it is what was wrong with the request. */
function placeholder([name, value]: CallerHeaders[number]): string {
  const [, scheme] = /^([a-z][\w-]*)(?: |$)/i.exec(value) ?? []
  if (name.toLowerCase() !== 'authorization' || scheme === undefined) return '$TOKEN'
  if (value !== scheme) return `${scheme} $TOKEN`
  return scheme === 'Bearer' ? value : '$TOKEN'
}

const secretFields =
  /("[^"]*(?:token|secret|password|authorization|cookie|api_?key)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)/gi
const tokens = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g

/** The beginning of a text without what looks like a token or a secret. */
export function withoutSecrets(text: string, limit: number): string {
  const clean = text.slice(0, readLimit).replace(secretFields, '$1"[removed]"').replace(tokens, '[removed]')
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}
