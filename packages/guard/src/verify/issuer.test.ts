import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { GuardError, UnavailableError } from '../errors.ts'
import { createTestIssuer, makeTestKey } from '../testing/index.ts'
import type { Verifier } from './types.ts'
import { createVerifier } from './verifier.ts'

const minute = 60_000
const hour = 60 * minute
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** An issuer whose answers a test controls; it counts its requests. */
async function misbehaving(): Promise<{
  issuer: ReturnType<typeof createTestIssuer>
  asked: string[]
  behave: (as: RequestListener) => void
  verifier: (options?: Partial<Parameters<typeof createVerifier>[0]>) => Verifier
  /** Advances the guard's clock by milliseconds. */
  pass: (milliseconds: number) => void
  errors: string[]
  server: Server
}> {
  const asked: string[] = []
  const errors: string[] = []
  let elapsed = 0
  let behaviour: RequestListener = (_request, response) => void response.writeHead(500).end()
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    behaviour(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = createTestIssuer({ issuer: address, audience: 'lounge' })
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  behaviour = (request, response) => {
    const body = request.url === '/jwks' ? issuer.jwks() : { issuer: address, jwks_uri: `${address}/jwks` }
    response.end(JSON.stringify(body))
  }
  return {
    issuer,
    asked,
    behave: (as) => {
      behaviour = as
    },
    verifier: (options) => {
      const verifier = createVerifier(
        {
          issuer: address,
          audience: 'lounge',
          onError: (error) => void errors.push(String(error)),
          ...options,
        },
        { monotonic: () => elapsed },
      )
      closing.push(() => verifier.close())
      return verifier
    },
    pass: (milliseconds) => {
      elapsed += milliseconds
    },
    errors,
    server,
  }
}

async function codeOf(verifier: Verifier, token: string): Promise<string | undefined> {
  try {
    await verifier.verify(token)
    return undefined
  } catch (error) {
    if (error instanceof GuardError) return error.code
    throw error
  }
}

describe('an issuer found through its metadata', () => {
  it('is asked once, no matter how many tokens wait for its keys', async () => {
    const { issuer, asked, verifier } = await misbehaving()
    const by = verifier()
    await Promise.all(Array.from({ length: 50 }, () => by.verify(issuer.sign())))
    await by.verify(issuer.sign())
    expect(asked).toEqual(['/.well-known/oauth-authorization-server', '/jwks'])
  })

  it('may have only OpenID Connect metadata, and a path', async () => {
    const { issuer, asked, behave } = await misbehaving()
    const tenant = `${issuer.issuer}/tenant`
    behave((request, response) => {
      if (request.url === '/jwks') response.end(JSON.stringify(issuer.jwks()))
      else if (request.url === '/tenant/.well-known/openid-configuration') {
        response.end(JSON.stringify({ issuer: tenant, jwks_uri: `${issuer.issuer}/jwks` }))
      } else response.writeHead(404).end()
    })
    const by = createVerifier({ issuer: tenant, audience: 'lounge' })
    expect(await codeOf(by, issuer.sign({ iss: tenant }))).toBeUndefined()
    expect(asked[0]).toBe('/.well-known/oauth-authorization-server/tenant')
  })

  it.each<[string, (address: string) => RequestListener]>([
    ['answers 500', () => (_request, response) => void response.writeHead(500).end('{}')],
    ['answers in HTML', () => (_request, response) => void response.end('<!doctype html>')],
    ['answers with another JSON', () => (_request, response) => void response.end('[]')],
    ['hangs up', () => (request) => void request.socket.destroy()],
    [
      'redirects',
      (address) => (request, response) =>
        void response.writeHead(302, { location: `${address}/elsewhere${request.url}` }).end(),
    ],
    [
      'calls itself otherwise',
      (address) => (_request, response) =>
        void response.end(JSON.stringify({ issuer: `${address}/`, jwks_uri: `${address}/jwks` })),
    ],
    [
      'names a key set on plain http elsewhere',
      (address) => (_request, response) =>
        void response.end(JSON.stringify({ issuer: address, jwks_uri: 'http://192.0.2.1/jwks' })),
    ],
    [
      'sends names twice',
      (address) => (_request, response) =>
        void response.end(`{"issuer":"${address}","issuer":"${address}","jwks_uri":"${address}/jwks"}`),
    ],
  ])('that %s leaves callers with 503, never 401 or 500', async (_name, behaviour) => {
    const { issuer, behave, verifier, asked, errors } = await misbehaving()
    behave(behaviour(issuer.issuer))
    const by = verifier()
    expect(await codeOf(by, issuer.sign())).toBe('keys_unavailable')
    expect(errors).toHaveLength(1)
    expect(asked.some((path) => path === '/jwks' || path.startsWith('/elsewhere'))).toBe(false)
  })

  it('is cut off after 512 KiB', async () => {
    const { issuer, behave, verifier, errors } = await misbehaving()
    let sent = 0
    const cutOff = new Promise<void>((resolve) => {
      behave((request, response) => {
        if (request.url !== '/jwks') {
          response.end(JSON.stringify({ issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks` }))
          return
        }
        const chunk = Buffer.alloc(64 * 1024, ' ')
        const more = (): void => {
          while (sent < 10 * 1024 * 1024 && response.write(chunk)) sent += chunk.length
        }
        response.on('drain', more).on('close', resolve)
        more()
      })
    })
    expect(await codeOf(verifier(), issuer.sign())).toBe('keys_unavailable')
    await cutOff
    expect(errors[0]).toContain('more than 512 KiB')
    expect(sent).toBeLessThan(10 * 1024 * 1024)
  })

  it('is abandoned when it does not answer in time', async () => {
    const { issuer, behave, verifier, errors } = await misbehaving()
    behave(() => {})
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    expect(await codeOf(by, issuer.sign())).toBe('keys_unavailable')
    expect(errors[0]).toContain('does not answer (The operation was aborted due to timeout).')
  })

  it('is no longer asked once the verifier is closed', async () => {
    const { issuer, behave, verifier, errors } = await misbehaving()
    const by = verifier()
    const asked = new Promise<void>((resolve) => behave(() => resolve()))
    const answer = codeOf(by, issuer.sign())
    await asked
    by.close()
    expect(await answer).toBe('keys_unavailable')
    expect(errors).toEqual([])
  })
})

describe('keys that come and go', () => {
  it('are used for 24 hours, and no longer, while the issuer is down', async () => {
    const { issuer, behave, verifier, pass } = await misbehaving()
    const by = verifier()
    const remembered = issuer.sign()
    await by.verify(remembered)
    behave((_request, response) => void response.writeHead(500).end())
    pass(23 * hour)
    expect(await codeOf(by, issuer.sign())).toBeUndefined()
    expect(await codeOf(by, remembered)).toBeUndefined()
    pass(hour)
    expect(await codeOf(by, remembered)).toBe('keys_unavailable')
    expect(await codeOf(by, issuer.sign())).toBe('keys_unavailable')
  })

  it('are fetched for unknown kids at most once in 30 seconds, even under a flood', async () => {
    const { issuer, asked, verifier, pass } = await misbehaving()
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    await by.verify(issuer.sign())
    const flood = async (): Promise<Set<string | undefined>> => {
      const signed = issuer.sign().split('.')
      const tokens = Array.from({ length: 200 }, (_, i) => {
        const header = { alg: 'ES256', typ: 'at+jwt', kid: `made-up-${i}` }
        return [Buffer.from(JSON.stringify(header)).toString('base64url'), signed[1], signed[2]].join('.')
      })
      return new Set(await Promise.all(tokens.map((token) => codeOf(by, token))))
    }
    pass(29_000)
    expect(await flood()).toEqual(new Set(['token_key_unknown']))
    expect(asked).toHaveLength(1)
    pass(1000)
    expect(await flood()).toEqual(new Set(['token_key_unknown']))
    expect(asked).toHaveLength(2)
    expect(await flood()).toEqual(new Set(['token_key_unknown']))
    expect(asked).toHaveLength(2)
  })

  it('are found when new, by a token that names them or by an announcement outside of the budget', async () => {
    const { issuer, asked, verifier, pass } = await misbehaving()
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    await by.verify(issuer.sign())
    pass(minute)
    issuer.rotate()
    await by.verify(issuer.sign())
    issuer.rotate()
    expect(await codeOf(by, issuer.sign())).toBe('token_key_unknown')
    await by.refreshKeys()
    expect(await codeOf(by, issuer.sign())).toBeUndefined()
    expect(asked).toHaveLength(3)
  })

  it('are fetched again if an announcement arrives during a fetch', async () => {
    const { issuer, asked, behave, verifier } = await misbehaving()
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    const before = JSON.stringify(issuer.jwks())
    const held = new Promise<() => void>((resolve) => {
      behave((_request, response) => {
        if (asked.length === 1) resolve(() => void response.end(before))
        else response.end(JSON.stringify(issuer.jwks()))
      })
    })
    const first = by.verify(issuer.sign())
    const release = await held
    issuer.rotate()
    const news = [by.refreshKeys(), by.refreshKeys()]
    release()
    await Promise.all([first, ...news])
    expect(await codeOf(by, issuer.sign())).toBeUndefined()
    expect(asked).toHaveLength(2)
  })

  it('are forgotten when the issuer withdraws them, along with every cached token', async () => {
    const { issuer, verifier } = await misbehaving()
    const by = verifier()
    const old = issuer.sign()
    await by.verify(old)
    issuer.rotate({ keepOld: false })
    expect(await codeOf(by, old)).toBeUndefined()
    await by.refreshKeys()
    expect(await codeOf(by, old)).toBe('token_key_unknown')
  })

  it('are refreshed in the background, so that a withdrawn one is noticed without an announcement', async () => {
    const { issuer, asked, verifier, pass } = await misbehaving()
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    const old = issuer.sign()
    await by.verify(old)
    issuer.rotate({ keepOld: false })
    pass(5 * minute)
    expect(await codeOf(by, old)).toBeUndefined()
    await expect.poll(() => codeOf(by, old)).toBe('token_key_unknown')
    expect(asked.length).toBeGreaterThanOrEqual(2)
  })

  it('stay rejected once dropped, even if the issuer still publishes them, also under another kid', async () => {
    const { issuer, behave, verifier, pass } = await misbehaving()
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    const { kid, jwk } = issuer.key
    const [remembered, fresh] = [issuer.sign(), issuer.sign()]
    await by.verify(remembered)
    by.dropKey(kid)
    expect(await codeOf(by, remembered)).toBe('token_key_unknown')
    await by.refreshKeys()
    expect(await codeOf(by, fresh)).toBe('token_key_unknown')
    behave((_request, response) => void response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'renamed' }] })))
    await by.refreshKeys()
    expect(await codeOf(by, issuer.sign({}, { header: { kid: 'renamed' } }))).toBe('token_key_unknown')
    behave((_request, response) => void response.writeHead(500).end())
    pass(hour)
    expect(await codeOf(by, fresh)).toBe('token_key_unknown')
  })

  it('are rejected if dropped before the first fetch', async () => {
    const { issuer, verifier } = await misbehaving()
    const by = verifier()
    by.dropKey(issuer.key.kid)
    expect(await codeOf(by, issuer.sign())).toBe('token_key_unknown')
  })

  it('lead to 503 rather than 401 for an unknown kid while the issuer is down', async () => {
    const { issuer, behave, verifier, pass } = await misbehaving()
    const by = verifier()
    await by.verify(issuer.sign())
    behave((_request, response) => void response.writeHead(500).end())
    pass(minute)
    issuer.rotate()
    expect(await codeOf(by, issuer.sign())).toBe('keys_unavailable')
    await expect(by.refreshKeys()).rejects.toBeInstanceOf(UnavailableError)
  })

  it('are used without the unsafe ones, which are reported', async () => {
    const { issuer, behave, verifier, errors } = await misbehaving()
    const exported = makeTestKey('ES256')
    const leaked = { ...exported.privateKey.export({ format: 'jwk' }), kid: 'leaked' }
    const oct = { kty: 'oct', k: 'A'.repeat(43), kid: 'secret' }
    const forEncryption = { ...makeTestKey('RS256').jwk, alg: 'RSA-OAEP', use: 'enc' }
    behave(
      (_request, response) =>
        void response.end(JSON.stringify({ keys: [leaked, oct, forEncryption, ...issuer.jwks().keys, 7] })),
    )
    const by = verifier({ jwksUri: `${issuer.issuer}/jwks` })
    expect(await codeOf(by, issuer.sign())).toBeUndefined()
    expect(await codeOf(by, issuer.sign({}, { key: exported, header: { kid: 'leaked' } }))).toBe(
      'token_key_unknown',
    )
    expect(errors).toHaveLength(3)
    expect(errors.join()).not.toContain(String(leaked.d))
  })

  it('may come from a function, which is called again for an unknown kid', async () => {
    const issuer = createTestIssuer({ audience: 'lounge' })
    let calls = 0
    const jwks = () => {
      calls++
      return issuer.jwks()
    }
    const by = createVerifier({ audience: 'lounge', jwks, onError: () => {} })
    await by.verify(issuer.sign())
    issuer.rotate()
    expect(await codeOf(by, issuer.sign())).toBe(calls === 1 ? 'token_key_unknown' : undefined)
    await by.refreshKeys()
    expect(await codeOf(by, issuer.sign())).toBeUndefined()
  })
})
