import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { noMetrics } from '../../platform/metrics.ts'
import { testSettings } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount, updateUser } from '../accounts/index.ts'

const system = { kind: 'system' } as const
const sha1 = createHash('sha1').update(testPassword).digest('hex').toUpperCase()
const [prefix, suffix] = [sha1.slice(0, 5), sha1.slice(5)] as const
const others = [1, 2, 3].map((n) => `${String(n).repeat(35)}:${n}`)

describeEachDatabase('a list of breached passwords', (open) => {
  let list: Server
  let server: TestServer
  let asked: IncomingMessage[]
  let outcomes: string[]
  let answer: RequestListener

  beforeEach(async () => {
    asked = []
    outcomes = []
    list = createServer((request, response) => {
      asked.push(request)
      answer(request, response)
    })
    await new Promise<void>((done) => list.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(list.address() as AddressInfo).port}/range/`
    const metrics = { ...noMetrics, breachedPassword: (outcome: string) => void outcomes.push(outcome) }
    const settings = { GATEHOUSE_BREACHED_PASSWORDS_URL: url }
    server = await testServer((await open()).db, { settings, metrics })
  })
  afterEach(async () => {
    list.closeAllConnections()
    await new Promise((done) => list.close(done))
  })

  const says = (...lines: string[]) => {
    answer = (_, response) => response.end(lines.join('\r\n'))
  }
  const signUp = async () => {
    const body = { username: 'ana', password: testPassword }
    const { status, body: said } = await server.request('POST', '/auth/sign-up', { body })
    return [status, said.errors?.[0].code, ...outcomes]
  }

  test('has a new password refused, and learns five digits of its SHA-1', async () => {
    says(...others, `${suffix}:42`)
    expect(await signUp()).toEqual([422, 'breached_password', 'breached'])
    expect(asked.map(({ method, url }) => [method, url])).toEqual([['GET', `/range/${prefix}`]])
    expect(asked[0]?.headers).toMatchObject({ 'add-padding': 'true', 'user-agent': 'gatehouse' })
    expect(JSON.stringify(asked[0]?.rawHeaders)).not.toContain(suffix)
    const ben = await createAccount(server.ctx, system, { username: 'ben' })
    for (const attempt of [
      createAccount(server.ctx, system, { username: 'cleo', password: testPassword }),
      updateUser(server.ctx, system, ben.id, { password: testPassword }),
    ])
      await expect(attempt).rejects.toMatchObject({ errors: [{ code: 'breached_password' }] })
  })

  test('may be in lower case', async () => {
    says(`${suffix.toLowerCase()}:1`)
    expect(await signUp()).toEqual([422, 'breached_password', 'breached'])
  })

  test('lets others pass, and those that only pad the answer', async () => {
    says(...others, `${suffix}:0`, '')
    expect(await signUp()).toEqual([201, undefined, 'clear'])
  })

  test('is not asked at a sign-in', async () => {
    says(...others)
    await signUp()
    asked = []
    says(`${suffix}:42`)
    const body = { username: 'ana', password: testPassword }
    expect((await server.request('POST', '/auth/sign-in', { body })).status).toBe(200)
    expect(asked).toEqual([])
  })

  const listed = `${suffix}:42\r\n`
  const faults: Record<string, RequestListener> = {
    'never answers': () => undefined,
    'never ends': (_, response) => void response.write(listed),
    'is endless': (_, response) => {
      const more = (): void => {
        while (response.write(listed.repeat(1000)));
        response.once('drain', more)
      }
      more()
    },
    'is huge once it is decompressed': (_, response) => {
      response.setHeader('Content-Encoding', 'gzip').end(gzipSync(listed.repeat(100_000)))
    },
    'speaks of something else': (_, response) => response.end(`<html>\n${listed}`),
    fails: (_, response) => response.writeHead(500).end(listed),
    'breaks off': (_, response) => {
      response.writeHead(200, { 'Content-Length': '10000' })
      response.write(listed, () => response.destroy())
    },
    redirects: (request, response) => {
      if (request.url?.startsWith('/range/')) response.writeHead(302, { Location: '/elsewhere' }).end()
      else response.end(listed)
    },
  }
  test.each(Object.keys(faults))('that %s holds nobody up', async (fault) => {
    answer = faults[fault] as RequestListener
    expect(await signUp()).toEqual([201, undefined, 'unchecked'])
    expect(asked).toHaveLength(1)
  })

  test('that is down holds nobody up', async () => {
    await new Promise((done) => list.close(done))
    expect(await signUp()).toEqual([201, undefined, 'unchecked'])
    list.listen(0)
  })
})

test.each(['http://lists.example/range', 'ftp://lists.example', 'https://ana:secret@lists.example/range'])(
  'no list is asked at %s',
  (url) => {
    expect(() => testSettings({ GATEHOUSE_BREACHED_PASSWORDS_URL: url })).toThrow(
      /GATEHOUSE_BREACHED_PASSWORDS_URL/,
    )
  },
)

test('a list is asked over https, and on this machine over http', () => {
  for (const url of ['https://lists.example/range', 'http://[::1]:8080/range'])
    testSettings({ GATEHOUSE_BREACHED_PASSWORDS_URL: url })
})
