import type { Config } from '../../config.ts'
import { DomainError } from '../../platform/errors.ts'

/** The audience asked for is unknown, or not one that the session was opened for (RFC 8707, section 2). */
export class InvalidTarget extends DomainError {
  readonly code = 'invalid_target'
  readonly title = 'Unknown audience'
}

/** What a caller may ask for: `audience`, or `resource` as RFC 8707 calls it; one value or several. */
export interface AudienceRequest {
  audience?: string | readonly string[] | undefined
  resource?: string | readonly string[] | undefined
}

/** The audiences of a token asked for without any: every API, and the server's self-service. */
export function defaultAudience(config: Config): string[] {
  return [...new Set([...config.audiences, config.issuer])]
}

/** Whether a token is for the server alone: only such a token may carry the server's own permissions. */
export function isForServerAlone(config: Config, audience: readonly string[]): boolean {
  return audience.length === 1 && audience[0] === config.issuer
}

/**
 * The audiences for which a session is to be opened.
 *
 * @throws InvalidTarget (`invalid_target`) where one is not known here, or `audience` and `resource` differ
 */
export function resolveAudience(config: Config, request: AudienceRequest): string[] {
  const known = defaultAudience(config)
  return choose(known, asked(request)) ?? known
}

/**
 * The audiences of a refreshed token: those of its session, or fewer where the caller asks for fewer. In the
 * shared-secret profile a token does not say whom it is for, so the session's audience is all there is, and stays.
 *
 * @throws InvalidTarget (`invalid_target`) for any other
 */
export function narrowAudience(
  config: Config,
  granted: readonly string[],
  request: AudienceRequest,
): string[] {
  const narrowed = choose(granted, asked(request))
  if (narrowed === undefined) return [...granted]
  if (config.tokenProfile === 'shared-secret' && narrowed.length !== granted.length) {
    throw new InvalidTarget({ detail: 'The audience is chosen at sign-in; sign in again for another.' })
  }
  return narrowed
}

/** Whether a request names audiences at all: else it gets all of its session's. */
export function asksForLess({ audience, resource }: AudienceRequest): boolean {
  return audience !== undefined || resource !== undefined
}

function asked(request: AudienceRequest): string[] | undefined {
  if (!asksForLess(request)) return undefined
  const { audience, resource } = request
  const audiences = list(audience ?? resource)
  if (resource !== undefined && list(resource).join('\n') !== audiences.join('\n')) {
    throw new InvalidTarget({ detail: 'audience and resource name different audiences; send one of them.' })
  }
  return audiences
}

function list(value: string | readonly string[] | undefined): string[] {
  return [...new Set(typeof value === 'string' ? [value] : value)].sort()
}

function choose(from: readonly string[], audiences: readonly string[] | undefined): string[] | undefined {
  if (audiences === undefined || audiences.length === 0) return undefined
  if (!audiences.every((audience) => from.includes(audience))) {
    throw new InvalidTarget({ detail: `Tokens are issued for: ${from.join(', ')}.` })
  }
  return from.filter((audience) => audiences.includes(audience))
}
