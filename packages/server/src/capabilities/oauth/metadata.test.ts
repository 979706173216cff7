import { createGuard } from '@gatehouse/guard'
import { createAdaptorServer } from '@hono/node-server'
import { expect, onTestFinished, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { freePort } from '../../testing/process.ts'
import { testServer } from '../../testing/server.ts'

const places = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']

describeEachDatabase('the issuer’s metadata', (open) => {
  test('is one document in both places, and claims nothing that is not there', async () => {
    const server = await testServer((await open()).db, { settings: { GATEHOUSE_SIGNING_ALGORITHM: 'EdDSA' } })
    const [oauth, openid] = await Promise.all(places.map((path) => server.request('GET', path)))
    expect(openid?.status).toBe(200)
    expect(openid?.body).toEqual(oauth?.body)
    const { issuer } = server.ctx.config
    expect(openid?.body).toMatchObject({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['EdDSA'],
    })
    for (const member of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'])
      expect(openid?.body).not.toHaveProperty(member)
    for (const [name, url] of Object.entries<string>(openid?.body)) {
      if (!/_(uri|endpoint)$/.test(name)) continue
      const method = name.endsWith('_uri') || name.startsWith('gatehouse_') ? 'GET' : 'POST'
      expect((await server.request(method, url.slice(issuer.length))).status, name).not.toBe(404)
    }
  })

  test('names no key set in the shared-secret profile', async () => {
    const config = { tokenProfile: 'shared-secret', jwtSecret: Buffer.alloc(32, 1) } as const
    const server = await testServer((await open()).db, { config })
    const { body } = await server.request('GET', '/.well-known/openid-configuration')
    expect(body).not.toHaveProperty('jwks_uri')
    expect(body.id_token_signing_alg_values_supported).toEqual(['HS256'])
  })

  test('of an issuer with a path is where RFC 8414 and where OpenID Connect put it', async () => {
    const config = { issuer: 'https://example.com/sign/in:1' }
    const server = await testServer((await open()).db, { config })
    // a proxy that serves /sign/in:1 takes it off; one that serves /.well-known does not
    for (const path of places.flatMap((place) => [place, `${place}/sign/in:1`])) {
      const { status, body } = await server.request('GET', path)
      expect([status, body.issuer], path).toEqual([200, config.issuer])
    }
    for (const path of places.flatMap((place) => [`${place}/`, `${place}/sign`, `${place}/sign/in:1/x`]))
      expect((await server.request('GET', path)).status, path).toBe(404)
  })

  test.each(places)('leads a guard to the keys of an issuer with a path, through %s', async (place) => {
    const port = await freePort()
    const issuer = `http://127.0.0.1:${port}/auth`
    const server = await testServer((await open()).db, { config: { issuer } })
    const { token } = await server.member('ana')
    const own = place.endsWith('openid-configuration') ? `/auth${place}` : `${place}/auth`
    const proxy = createAdaptorServer({
      fetch: (request) => {
        const { pathname } = new URL(request.url)
        const known = [own, '/auth/.well-known/jwks.json'].includes(pathname)
        return known
          ? server.app.request(pathname.replace(/^\/auth/, ''))
          : new Response(null, { status: 404 })
      },
    })
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
    const guard = createGuard({ issuer, audience: 'api', revocation: false })
    onTestFinished(async () => {
      await guard.close()
      await new Promise((resolve) => proxy.close(resolve))
    })
    expect(await guard.verify(token)).toMatchObject({ iss: issuer })
  })
})
