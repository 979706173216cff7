import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prove } from '@gatehouse/prove'
import { expect, it } from 'vitest'

const secret = 'a secret of thirty-two bytes or more'
const signedIn = { security: [{ bearer: [] }] }
const document = {
  openapi: '3.1.0',
  paths: {
    '/letters': {
      post: {
        ...signedIn,
        requestBody: { content: { 'application/json': { schema: { type: 'object', properties: {} } } } },
      },
    },
    '/letters/{letterId}': { get: { ...signedIn, 'x-gatehouse': { own: 'letterId', loaded: true } } },
    '/numbers/{number}': { get: signedIn },
    '/letter': { get: signedIn },
  },
}

interface Letter {
  readonly id: string
  readonly number: string
  readonly owner: string
  readonly text: string
}

/** Letters of several people, in a language that has no guard; `careful` says whether the handlers look whose each is. */
async function letters(careful: boolean): Promise<{ base: string; close: () => Promise<void> }> {
  const kept: Letter[] = []
  const server = createServer((request, response) => {
    const { url = '', method, headers } = request
    const answer = (status: number, body: unknown = {}): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const [, payload] = /^Bearer [^.]+\.([^.]+)\./.exec(headers.authorization ?? '') ?? []
    if (payload === undefined) return answer(401)
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }
    const show = (letter: Letter | undefined, looks: boolean): void => {
      if (letter === undefined) answer(404)
      else if (looks && letter.owner !== sub) answer(403)
      else answer(200, letter)
    }
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const [, place, key] = pathname.split('/')
    if (method === 'POST') {
      const at = kept.length + 1
      kept.push({ id: `letter-${at}`, number: `N-${at * 7919}`, owner: sub, text: `secret ${at * 104_729}` })
      return answer(201, kept.at(-1))
    }
    if (place === 'letters')
      return show(
        kept.find(({ id }) => id === key),
        true,
      )
    if (place === 'numbers')
      return show(
        kept.find(({ number }) => number === key),
        careful,
      )
    if (!searchParams.has('letter_id')) return answer(400)
    return show(
      kept.find(({ id }) => id === searchParams.get('letter_id')),
      careful,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { base, close }
}

async function breaches(careful: boolean, openapi: string): Promise<string[]> {
  const { base, close } = await letters(careful)
  const report = await prove({
    config: {
      base,
      openapi,
      sharedSecret: secret,
      disposable: true,
      resources: {
        letterId: async ({ call }) => {
          const { id, number } = (await call('POST', '/letters', {})) as Letter
          return { letterId: id, number }
        },
      },
    },
  })
  await close()
  return report.routes.flatMap(({ route, findings }) =>
    findings
      .filter(({ verdict, caller }) => verdict === 'breach' && caller === 'referring-owner')
      .map(({ variant }) => `${route}: ${variant}`),
  )
}

it('finds a number and an id in a query that nobody looks behind, by an OpenAPI document', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'references-'))
  const file = join(folder, 'openapi.json')
  await writeFile(file, JSON.stringify(document))
  expect(await breaches(false, file)).toEqual([
    'GET /numbers/:number: `number` in the path',
    'GET /letter: `id`, `letterId`, `letter_id` in the query',
  ])
  expect(await breaches(true, file)).toEqual([])
  await rm(folder, { recursive: true })
}, 60_000)
