import { expect, test } from 'vitest'
import { createGuard } from '../guard.ts'
import type { IssuerOptions } from '../options.ts'
import type { Auth } from '../policy/types.ts'
import { createTestIssuer } from '../testing/index.ts'
import { auth0, betterAuth, entra, keycloak, supabase } from './index.ts'

interface Case {
  options: IssuerOptions
  typ: string | undefined
  /** The claims of an access token as the issuer documents them. */
  access: Record<string, unknown>
  /** What an ID token of the issuer has instead, meant for us or not. */
  id: Record<string, unknown>
  /** What else it signs with the same keys that lets nobody in. */
  others: Record<string, Record<string, unknown>>
  /** Other shapes of its access tokens. */
  alike: Record<string, Record<string, unknown>>
  roles: string[]
  permissions: string[]
  username: string
}

const tenant = '11111111-2222-3333-4444-555555555555'

const cases: Record<string, Case> = {
  keycloak: {
    options: keycloak({ issuer: 'https://id.test/realms/shop', audience: 'orders', client: 'orders' }),
    typ: 'JWT',
    access: {
      typ: 'Bearer',
      azp: 'web',
      preferred_username: 'ada',
      realm_access: { roles: ['offline_access', 'member'] },
      resource_access: { orders: { roles: ['clerk'] }, account: { roles: ['manage-account'] } },
      scope: 'openid profile orders:read',
    },
    id: { typ: 'ID', azp: 'orders', preferred_username: 'ada' },
    others: {
      'a refresh token': { typ: 'Refresh', azp: 'web', scope: 'openid' },
      'a token without a type': { azp: 'web', preferred_username: 'ada' },
    },
    alike: { 'an access token of old, with a nonce': { typ: 'Bearer', azp: 'web', nonce: 'n' } },
    roles: ['offline_access', 'member', 'clerk'],
    permissions: ['openid', 'profile', 'orders:read'],
    username: 'ada',
  },
  auth0: {
    options: auth0({
      domain: 'shop.test',
      audience: 'https://orders.test',
      rolesClaim: 'https://shop.test/roles',
    }),
    typ: 'JWT',
    access: {
      azp: 'web',
      scope: 'openid orders:read',
      permissions: ['orders:read', 'orders:write'],
      'https://shop.test/roles': ['clerk'],
    },
    id: { name: 'Ada', email: 'ada@shop.test', sid: 's' },
    others: { 'an ID token that names its client': { azp: 'web', nonce: 'n', name: 'Ada' } },
    alike: {
      'the RFC 9068 profile': { client_id: 'web', jti: 'j', scope: 'orders:read' },
      'a machine without scopes': { azp: 'm', gty: 'client-credentials' },
    },
    roles: ['clerk'],
    permissions: ['orders:read', 'orders:write', 'openid'],
    username: 'subject',
  },
  entra: {
    options: entra({ tenant, audience: 'orders' }),
    typ: 'JWT',
    access: {
      tid: tenant,
      ver: '2.0',
      azp: 'web',
      scp: 'Orders.Read',
      roles: ['Clerk'],
      preferred_username: 'ada@shop.test',
    },
    id: { tid: tenant, ver: '2.0', preferred_username: 'ada@shop.test', name: 'Ada', roles: ['Clerk'] },
    others: {
      'an ID token with a nonce': { tid: tenant, ver: '2.0', azp: 'web', nonce: 'n', roles: ['Clerk'] },
      'an application without a role': { tid: tenant, ver: '2.0', azp: 'm', idtyp: 'app' },
      'a token of another tenant': { tid: 'x', ver: '2.0', azp: 'web', scp: 'Orders.Read' },
      'a v1.0 token': { tid: tenant, ver: '1.0', appid: 'web', scp: 'Orders.Read' },
    },
    alike: {
      'an application with a role': { tid: tenant, ver: '2.0', azp: 'm', idtyp: 'app', roles: ['Job'] },
    },
    roles: ['Clerk'],
    permissions: ['Orders.Read'],
    username: 'ada@shop.test',
  },
  supabase: {
    options: supabase({ url: 'https://shop.supabase.test' }),
    typ: 'JWT',
    access: {
      role: 'authenticated',
      aal: 'aal1',
      session_id: 's',
      email: 'ada@shop.test',
      app_metadata: { provider: 'email', roles: ['clerk'] },
      user_metadata: { roles: ['admin'] },
      is_anonymous: false,
    },
    id: { email: 'ada@shop.test' },
    others: {
      'the key of the project': { role: 'service_role', ref: 'abcdefgh' },
      'an ID token of its OAuth server': { role: 'authenticated', aal: 'aal1', session_id: 's', nonce: 'n' },
      'somebody anonymous': { role: 'authenticated', aal: 'aal1', session_id: 's', is_anonymous: true },
    },
    alike: { 'one of two factors': { role: 'authenticated', aal: 'aal2', session_id: 's' } },
    roles: ['clerk', 'authenticated'],
    permissions: [],
    username: 'ada@shop.test',
  },
  'better-auth': {
    options: betterAuth({ url: 'https://shop.test' }),
    typ: undefined,
    access: { id: 'subject', name: 'Ada', email: 'ada@shop.test', emailVerified: true, role: 'clerk, admin' },
    id: { name: 'Ada', acr: 'bronze', auth_time: 1 },
    others: { 'an ID token with a nonce': { name: 'Ada', nonce: 'n' } },
    alike: { 'one of its provider plugin': { azp: 'web', scope: 'orders:read', sid: 's' } },
    roles: ['clerk', 'admin'],
    permissions: [],
    username: 'Ada',
  },
}

test.each(Object.entries(cases))(
  '%s: access tokens are read, ID tokens and others refused',
  async (_name, it) => {
    const { jwksUri: _elsewhere, ...options } = it.options
    const audience = [options.audience ?? ''].flat()[0] ?? ''
    const issuer = createTestIssuer({ audience, issuer: options.issuer ?? '' })
    let seen: Omit<Auth, 'decision'> | undefined
    const guard = createGuard({
      ...options,
      jwks: issuer.jwks(),
      onDecision: (_decision, { auth }) => {
        seen = auth
      },
    })
    // the issuers have none of these; where they do, the case says so
    const base = {
      sub: 'subject',
      username: undefined,
      roles: undefined,
      scope: undefined,
      sid: undefined,
      auth_time: undefined,
    }
    const sign = (claims: Record<string, unknown>): string =>
      issuer.sign({ ...base, ...claims }, { header: { typ: it.typ } })
    const facts = (token: string) => ({
      method: 'GET',
      authorization: [`Bearer ${token}`],
      header: () => undefined,
      param: () => 'subject',
      native: undefined,
    })

    expect(await guard.decide(facts(sign(it.access)), [{ kind: 'own', param: 'id' }])).toMatchObject({
      allowed: true,
    })
    expect(seen?.user).toEqual({
      id: 'subject',
      username: it.username,
      roles: it.roles,
      permissions: it.permissions,
    })
    expect(await guard.decide(facts(sign(it.id)))).toMatchObject({ reason: 'token_type' })
    await expect(guard.verify(sign(it.id))).rejects.toMatchObject({ code: 'token_type' })
    for (const [what, claims] of Object.entries(it.others)) {
      expect(await guard.decide(facts(sign(claims))), what).toMatchObject({ reason: 'token_type' })
    }
    for (const [what, claims] of Object.entries(it.alike)) {
      expect(await guard.decide(facts(sign(claims))), what).toMatchObject({ allowed: true })
    }
    expect(await guard.decide(facts(sign({ ...it.access, aud: 'web' })))).toMatchObject({
      reason: 'token_audience',
    })
    expect(await guard.decide(facts(sign({ ...it.access, iss: 'https://x.test' })))).toMatchObject({
      reason: 'token_issuer',
    })
  },
)
