import { createPublicKey } from 'node:crypto'
import { createTestIssuer, makeTestKey } from '@gatehouse/guard/testing'
import type { CallerKind, Persona, TokenMaker } from '@gatehouse/prove'
import { currentSigner } from '../capabilities/keys/index.ts'
import { endSession, grantOf, openSession } from '../capabilities/sessions/index.ts'
import { mintAccessToken } from '../capabilities/tokens/index.ts'
import { type Person, type TestServer, testPassword } from './server.ts'

type Claims = Record<string, unknown>

const decode = (part = ''): Claims => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Tokens for proving the server, which is its own issuer: each persona becomes a real user with a role that has exactly
 * its permissions, signed in for the server alone; bad tokens are derived from good ones.
 */
export function serverTokens(server: TestServer, owners: readonly Person[]): TokenMaker {
  const { ctx } = server
  const foreign = createTestIssuer({ issuer: 'https://issuer.invalid' })
  const users = new Map<string, Promise<Person>>()

  async function become({ permissions, roles }: Persona): Promise<Person> {
    const name = `prover-${users.size}`
    await server.role(name, permissions)
    return server.officer(name, [name, 'member', ...roles])
  }
  function userFor(persona: Persona): Promise<Person> {
    const owner = owners.find(({ id }) => id === persona.id)
    if (owner !== undefined && persona.permissions.length === 0) return Promise.resolve(owner)
    const key = JSON.stringify([persona.permissions, persona.roles])
    const known = users.get(key) ?? become(persona)
    users.set(key, known)
    return known
  }
  async function session(person: Person) {
    const input = {
      audience: [ctx.config.issuer],
      acr: 'mfa',
      amr: ['pwd', 'otp', 'mfa'],
      method: 'password',
    }
    return (await openSession(ctx, { ...input, userId: person.id })).session
  }
  async function resigned(token: string, changes: Claims): Promise<string> {
    const [header, payload] = token.split('.')
    const input = `${header}.${encode({ ...decode(payload), ...changes })}`
    const signer = await currentSigner(ctx)
    return `${input}.${signer.sign(Buffer.from(input)).toString('base64url')}`
  }
  async function tokenOf(kind: CallerKind, person: Person): Promise<string> {
    const opened = await session(person)
    const good = await mintAccessToken(ctx, grantOf(opened))
    const [head, payload, signature] = good.split('.')
    const [header, claims] = [decode(head), decode(payload)]
    const now = Math.floor(ctx.clock.now() / 1000)
    switch (kind) {
      case 'expired':
        return resigned(good, { iat: now - 7200, exp: now - 3600 })
      case 'not-yet-valid':
        return resigned(good, { nbf: now + 3600 })
      case 'wrong-issuer-name':
        return resigned(good, { iss: 'https://issuer.invalid' })
      case 'foreign-issuer':
        return foreign.sign({ ...claims, iss: foreign.issuer })
      case 'wrong-audience':
        return resigned(good, { aud: 'another-api' })
      case 'unsigned':
        return `${encode({ ...header, alg: 'none' })}.${payload}.`
      case 'hmac-with-public-key': {
        const answer = await server.request('GET', '/.well-known/jwks.json')
        const key = createPublicKey({ key: answer.body.keys[0], format: 'jwk' })
        return foreign.sign(claims, { alg: 'HS256', key, header: { kid: header['kid'] } })
      }
      case 'unknown-kid':
        return foreign.sign(claims, { key: makeTestKey('ES256', 'unknown') })
      case 'embedded-key': {
        const key = makeTestKey('ES256', String(header['kid']))
        return foreign.sign(claims, { key, header: { jwk: key.jwk } })
      }
      case 'tampered':
        return `${head}.${encode({ ...claims, sub: owners[1]?.id, iat: now - 1 })}.${signature}`
      case 'revoked-session':
        await endSession(ctx, opened.id, 'signed_out')
        return good
      default:
        return good
    }
  }

  return {
    issuer: ctx.config.issuer,
    async headers(kind, persona) {
      if (kind === 'nobody') return []
      if (kind === 'malformed-header') return [['Authorization', 'Bearer']]
      if (kind === 'stale-feed' || persona === undefined) return undefined
      return [['Authorization', `Bearer ${await tokenOf(kind, await userFor(persona))}`]]
    },
    close: () => undefined,
  }
}

export const signInBody = (username: string): object => ({ username, password: testPassword })
