import { createHmac } from 'node:crypto'
import {
  createTestIssuer,
  type ListeningIssuer,
  makeTestKey,
  type TestIssuer,
} from '@gatehouse/guard/testing'
import type { CallerKind } from '../callers.ts'
import type { Persona } from '../plan/persona.ts'
import type { CallerHeaders, TokenMaker } from './token-maker.ts'

/** The session that ended before the run began: the application learns of it with the feed's first snapshot. */
const endedSession = 'prove-ended-session'

/**
 * Signs with a key pair, from an issuer that listens on loopback: what the application finds through its metadata,
 * with a revocation feed unless `feed` is false.
 */
export async function issuerTokens(audience: string, feed: boolean): Promise<TokenMaker> {
  const issuer = createTestIssuer({ audience })
  const foreign = createTestIssuer({ audience })
  const own = await issuer.listen({ feed })
  const listening: ListeningIssuer[] = [own, await foreign.listen()]
  if (feed) own.revoke({ sid: endedSession })
  return {
    issuer: issuer.issuer,
    headers: (caller, persona) =>
      headersOf(caller, persona, (kind, claims) => {
        const ofFeed = kind === 'revoked-session' || kind === 'stale-feed'
        return ofFeed && !feed ? undefined : badToken(kind, claims, issuer, foreign)
      }),
    ...(feed ? { stopFeed: () => own.stopFeed() } : {}),
    close: async () => {
      await Promise.all(listening.map((each) => each.close()))
    },
  }
}

/** Signs with a secret that the application knows as well (HS256), as many hand-written APIs check tokens. */
export function sharedSecretTokens(issuer: string, secret: string): TokenMaker {
  return {
    issuer,
    headers: (caller, persona) =>
      headersOf(caller, persona, (kind, claims) => badSecretToken(kind, claims, secret)),
    close: () => Promise.resolve(),
  }
}

type Claims = Record<string, unknown>
/** The token of a kind of caller; undefined where that kind makes no sense for these tokens. */
type Forge = (caller: CallerKind, claims: Claims) => string | undefined

function headersOf(
  caller: CallerKind,
  persona: Persona | undefined,
  forge: Forge,
): CallerHeaders | undefined {
  if (caller === 'nobody') return []
  if (caller === 'malformed-header') return [['Authorization', 'Bearer']]
  const token = persona === undefined ? undefined : forge(caller, claimsOf(persona))
  return token === undefined ? undefined : [['Authorization', `Bearer ${token}`]]
}

/** Seconds since the epoch. */
const now = (): number => Math.floor(Date.now() / 1000)
/** Further off than any clock tolerance. */
const farOff = 3600

function claimsOf({ id, username, roles, permissions, acr, signedInFor }: Persona): Claims {
  return {
    sub: id,
    id,
    username,
    roles,
    scope: permissions.join(' '),
    auth_time: now() - signedInFor,
    ...(acr === undefined ? {} : { acr }),
  }
}

function badToken(
  caller: CallerKind,
  claims: Claims,
  issuer: TestIssuer,
  foreign: TestIssuer,
): string | undefined {
  switch (caller) {
    case 'expired':
      return issuer.sign({ ...claims, iat: now() - 2 * farOff, exp: now() - farOff })
    case 'not-yet-valid':
      return issuer.sign({ ...claims, nbf: now() + farOff })
    case 'wrong-issuer-name':
      return issuer.sign({ ...claims, iss: 'https://issuer.invalid' })
    case 'foreign-issuer':
      return foreign.sign(claims)
    case 'wrong-audience':
      return issuer.sign({ ...claims, aud: 'another-api' })
    case 'unsigned':
      return issuer.sign(claims, { alg: 'none' })
    case 'hmac-with-public-key':
      return issuer.sign(claims, { alg: 'HS256', key: issuer.key.publicKey })
    case 'unknown-kid':
      return issuer.sign(claims, { key: makeTestKey('ES256', 'prove-unknown-key') })
    case 'embedded-key': {
      const key = makeTestKey('ES256', issuer.key.kid)
      return issuer.sign(claims, { key, header: { jwk: key.jwk } })
    }
    case 'tampered':
      return tampered(issuer.sign({ ...claims, sub: 'prove-nobody' }), claims)
    case 'revoked-session':
      return issuer.sign({ ...claims, sid: endedSession })
    default:
      return issuer.sign(claims)
  }
}

function badSecretToken(caller: CallerKind, claims: Claims, secret: string): string | undefined {
  const good = (more: Claims = {}): string =>
    signWithSecret({ iat: now(), exp: now() + 600, ...claims, ...more }, secret)
  switch (caller) {
    case 'expired':
      return good({ iat: now() - 2 * farOff, exp: now() - farOff })
    case 'not-yet-valid':
      return good({ nbf: now() + farOff })
    case 'foreign-issuer':
      return signWithSecret({ iat: now(), exp: now() + 600, ...claims }, `${secret} of somebody else`)
    case 'unsigned':
      return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ ...claims, exp: now() + 600 })}.`
    case 'tampered':
      return tampered(good({ sub: 'prove-nobody', id: 'prove-nobody' }), claims)
    // There is no key pair, and a token of this kind has neither issuer nor audience to be wrong.
    case 'wrong-issuer-name':
    case 'wrong-audience':
    case 'hmac-with-public-key':
    case 'unknown-kid':
    case 'embedded-key':
    case 'revoked-session':
    case 'stale-feed':
      return undefined
    default:
      return good()
  }
}

/** Puts other claims between a header and a signature that were made for different ones. */
function tampered(token: string, claims: Claims): string {
  const [header, payload = '', signature] = token.split('.')
  const signed = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
  return `${header}.${encode({ ...signed, ...claims })}.${signature}`
}

function signWithSecret(claims: Claims, secret: string): string {
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
