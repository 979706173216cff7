import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** What a token of the application before says. Times are milliseconds since the epoch. */
export interface LegacyToken {
  /** The id that its user had. */
  readonly foreignId: string
  /** Of what was signed: two spellings of one token have the same. */
  readonly digest: string
  readonly issuedAt: number | undefined
  readonly expiresAt: number | undefined
}

const longest = 4096
const clockTolerance = 60_000

/**
 * Reads a token of the application before: HS256 alone, whatever its header says otherwise, and the claims of hand-written
 * code: the user's id as `sub`, `id` or `user_id`, at the top or in `payload`. Undefined for anything else, and for
 * tokens that this server signed with the same secret.
 */
export function readLegacyToken(
  token: string,
  { secret, issuer, now }: { secret: Uint8Array; issuer: string; now: number },
): LegacyToken | undefined {
  const [header, payload, signature, ...more] = token.length > longest ? [] : token.split('.')
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
    return undefined
  const signed = `${header}.${payload}`
  const right = createHmac('sha256', secret).update(signed).digest()
  const given = bytesOf(signature)
  if (given?.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const [head, claims] = [objectOf(header), objectOf(payload)]
  if (head?.['alg'] !== 'HS256' || 'crit' in head || claims === undefined) return undefined
  if ('sid' in claims || claims['iss'] === issuer) return undefined
  const foreignId = idOf(claims)
  const [exp, nbf, iat] = [timeOf(claims, 'exp'), timeOf(claims, 'nbf'), timeOf(claims, 'iat')]
  if (foreignId === undefined || exp === null || nbf === null || iat === null) return undefined
  const isDue = (exp === undefined || exp > now) && (nbf ?? 0) <= now && (iat ?? 0) <= now + clockTolerance
  if (!isDue) return undefined
  return { foreignId, digest: hash('sha256', signed, 'base64url'), issuedAt: iat, expiresAt: exp }
}

/** Canonical base64url: one spelling. */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(bytesOf(part)?.toString() ?? ''))
  } catch {
    return undefined
  }
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined

/** The id, if all that the token calls one agree. */
function idOf(claims: Readonly<Record<string, unknown>>): string | undefined {
  const all = [claims, asObject(claims['payload']) ?? {}].flatMap((each) =>
    ['sub', 'id', 'user_id'].flatMap((name) => (Object.hasOwn(each, name) ? [each[name]] : [])),
  )
  const ids = new Set(all.map((id) => (Number.isSafeInteger(id) ? String(id) : id)))
  const [id] = ids
  return ids.size === 1 && typeof id === 'string' && id !== '' && id.isWellFormed() && !id.includes('\0')
    ? id
    : undefined
}

/** A claim in seconds, as milliseconds; undefined where there is none, null for what is no time. */
function timeOf(claims: Readonly<Record<string, unknown>>, name: string): number | undefined | null {
  if (!Object.hasOwn(claims, name)) return undefined
  const value = claims[name]
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11
    ? value * 1000
    : null
}
