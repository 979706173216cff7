import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCode, main, type ProveConfig, ProveSetupError, prove, terminal } from '@gatehouse/prove'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prove-run-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

interface Heard {
  readonly base: string
  readonly requests: { method: string; url: string; host: string | undefined; body: string }[]
  close(): Promise<void>
}

/** An API in memory that hears what is asked of it. */
async function hearing(
  answer: (
    request: IncomingMessage,
    body: string,
  ) => { status: number; body?: unknown; headers?: Record<string, string> },
): Promise<Heard> {
  const requests: Heard['requests'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { method = '', url = '', headers } = request
      requests.push({ method, url, host: headers.host, body })
      const { status, body: json, headers: more } = answer(request, body)
      response
        .writeHead(status, { 'content-type': 'application/json', ...more })
        .end(JSON.stringify(json ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

const route = (method: string, path: string, more: object = {}): object => ({
  method,
  path,
  parameters: [...path.matchAll(/:(\w+)/g)].map(([, name]) => name),
  kind: 'guarded',
  rules: [{ kind: 'signedIn' }],
  reason: null,
  printed: 'signed in',
  unmentioned: [],
  source: null,
  notes: [],
  ...more,
})

async function manifestOf(...routes: object[]): Promise<string> {
  const file = join(folder, 'manifest.json')
  await writeFile(file, JSON.stringify({ version: 1, framework: 'test', routes, middleware: [] }))
  return file
}

describe('a run', () => {
  it('calls nothing but the base: not what redirects, recipes or documents point at', async () => {
    const elsewhere = await hearing(() => ({ status: 200 }))
    const api = await hearing(() => ({ status: 302, headers: { location: `${elsewhere.base}/x` } }))
    const config: ProveConfig = {
      base: api.base,
      disposable: true,
      resources: { id: async ({ call }) => ({ id: String(await call('GET', `${elsewhere.base}/x`)) }) },
    }
    const manifest = await manifestOf(
      route('GET', '/moved'),
      route('GET', '//127.0.0.1/x'),
      route('GET', '/a/:id'),
    )
    await prove({ config, manifest })
    await expect(
      prove({ config: { ...config, openapi: `${elsewhere.base}/openapi.json` }, manifest }),
    ).rejects.toThrow('calls nothing else')
    expect(elsewhere.requests).toEqual([])
    expect(api.requests.length).toBeGreaterThan(10)
    await Promise.all([api.close(), elsewhere.close()])
  })

  it('tries no write without leave, in recipes neither', async () => {
    const api = await hearing(() => ({ status: 401 }))
    const config: ProveConfig = {
      base: api.base,
      resources: { id: async ({ call }) => ({ id: String(await call('POST', '/things', {})) }) },
    }
    const report = await prove({
      config,
      manifest: await manifestOf(route('POST', '/things'), route('GET', '/things/:id')),
    })
    // made-up ids are read at most
    expect(api.requests.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(report.counts['not-tried']).toBeGreaterThan(1)
    expect(exitCode(report)).toBe(2)
    await api.close()
  })

  it('needs no recipe to reject callers without a good token, and sends the headers and wildcards that are given', async () => {
    const api = await hearing(({ url, headers }) => {
      if (url === '/open') return { status: 404 }
      if (headers['x-needed'] !== 'yes' && url?.startsWith('/files/')) return { status: 400 }
      return { status: headers.authorization?.startsWith('Bearer eyJ') === true ? 200 : 401 }
    })
    const report = await prove({
      config: {
        base: api.base,
        revocation: false,
        resources: { path: () => ({ path: 'a folder/name' }) },
        headers: { 'GET /files/*path': { 'X-Needed': 'yes' } },
      },
      manifest: await manifestOf(
        route('GET', '/files/*path', { parameters: ['path'] }),
        route('GET', '/things/:id'),
        route('GET', '/open', { kind: 'open', rules: [], reason: 'public' }),
      ),
    })
    const verdictsOf = (name: string, caller: string): string[] =>
      report.routes
        .filter((each) => each.route === name)
        .flatMap(({ findings }) =>
          findings.filter((each) => each.caller === caller && each.variant === undefined),
        )
        .map(({ verdict }) => verdict)
    expect(api.requests.map(({ url }) => url)).toContain('/files/a%20folder/name')
    expect(verdictsOf('GET /files/*path', 'who-may')).toContain('held')
    expect(verdictsOf('GET /things/:id', 'nobody')).toEqual(['held'])
    expect(verdictsOf('GET /things/:id', 'expired')).toEqual(['breach'])
    expect(verdictsOf('GET /things/:id', 'who-may')).toContain('not-tried')
    expect(verdictsOf('GET /open', 'nobody')).toEqual(['guard-only'])
    await api.close()
  })

  it('calls nothing while the configuration names routes that the application does not have', async () => {
    const api = await hearing(() => ({ status: 401 }))
    const config: ProveConfig = {
      base: api.base,
      queries: { 'GET /thing': '?a=1' },
      skip: { 'PUT /things': 'why' },
    }
    const started = prove({ config, manifest: await manifestOf(route('GET', '/things')) })
    await expect(started).rejects.toThrow(ProveSetupError)
    await expect(started).rejects.toThrow(/queries\['GET \/thing'\].*\n.*skip\['PUT \/things'\]/)
    expect(api.requests).toEqual([])
    await api.close()
  })

  it('calls a broken recipe once for each owner, and reports once what it answered, without tokens', async () => {
    const api = await hearing(({ headers }, body) =>
      body === ''
        ? { status: 401 }
        : { status: 422, body: { field: 'title', sent: headers.authorization, filler: 'x'.repeat(2000) } },
    )
    const config: ProveConfig = {
      base: api.base,
      disposable: true,
      resources: { id: async ({ call }) => ({ id: String(await call('POST', '/things', {})) }) },
    }
    const report = await prove({
      config,
      manifest: await manifestOf(route('GET', '/a/:id'), route('PUT', '/b/:id'), route('GET', '/c')),
    })
    expect(api.requests.filter(({ url, body }) => url === '/things' && body !== '')).toHaveLength(2)
    const text = terminal(report, false)
    expect(text.split('POST /things answered 422')).toHaveLength(2)
    expect(text).toContain('The recipe resources.id failed: POST /things answered 422: {"field":"title"')
    expect(text).toMatch(
      /not tried \(\d+\)\n {2}GET \/a\/:id, PUT \/b\/:id: the recipe resources\.id failed\n/,
    )
    expect(JSON.stringify(report)).not.toContain('eyJ')
    expect(report.remarks.join().length).toBeLessThan(1000)
    await api.close()
  })

  it('calls the recipe of a list, as its hint asks, and finds the leak by the ids that it returns', async () => {
    const rows: string[] = []
    const api = await hearing(({ method, headers }) => {
      if (headers.authorization?.startsWith('Bearer eyJ') !== true) return { status: 401 }
      if (method !== 'POST') return { status: 200, body: rows.map((id) => ({ id })) }
      rows.push(`row-${rows.length}`)
      return { status: 201, body: { id: rows.at(-1) } }
    })
    const listing = async (more: Partial<ProveConfig>): Promise<string[]> => {
      rows.length = 0
      const manifest = await manifestOf(route('GET', '/things'))
      const report = await prove({
        config: { base: api.base, disposable: true, revocation: false, ...more },
        manifest,
      })
      const found = report.routes.flatMap(({ findings }) => findings)
      return found
        .filter(({ caller }) => caller === 'listing-owner')
        .map(({ verdict, why }) => `${verdict}: ${why}`)
    }
    const [hint] = await listing({})
    expect(hint).toContain("a recipe `resources['GET /things']` that adds a row and returns its id")
    const make: ProveConfig['resources'] = {
      'GET /things': async ({ call }) => (await call('POST', '/things', {})) as { id: string },
    }
    expect(await listing({ resources: make })).toContain("breach: the list shows 1 of another owner's rows")
    await api.close()
  })

  it('shows where allowed callers get no further than the guard, which does not fail the run', async () => {
    const guarded = createServer((request, response) => {
      const allowed = request.headers.authorization?.startsWith('Bearer eyJ') === true
      const told = allowed ? { allowed, rule: 'signed in' } : { allowed, status: 401, reason: 'no_token' }
      response.writeHead(allowed ? 400 : 401, { 'gatehouse-decision': JSON.stringify(told) }).end()
    })
    await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(guarded.address() as AddressInfo).port}`
    const manifest = await manifestOf(route('GET', '/broken'))
    const tokens: ProveConfig['tokens'] = () => ({
      issuer: 'https://issuer.example',
      headers: (caller) =>
        caller === 'who-may' || caller === 'signed-in'
          ? [['Authorization', 'Bearer eyJ']]
          : caller === 'nobody'
            ? []
            : undefined,
      close: () => undefined,
    })
    const report = await prove({ config: { base, disposable: true, tokens }, manifest })
    expect(report.counts['guard-only']).toBe(2)
    expect(report.counts['not-tried'] + report.counts.unproven + report.counts.breach).toBe(0)
    expect(exitCode(report)).toBe(0)
    await new Promise((resolve) => guarded.close(resolve))
  })

  it('compares the routes with a committed manifest, and fails on one that is more open', async () => {
    const api = await hearing(() => ({ status: 200 }))
    const open = { kind: 'open', rules: [], reason: 'public', printed: 'anyone' }
    const committed = join(folder, 'committed.json')
    const write = (...routes: object[]): Promise<void> =>
      writeFile(committed, JSON.stringify({ version: 1, framework: 'test', routes, middleware: [] }))
    const run = async (...more: string[]): Promise<{ code: number; text: string }> => {
      let text = ''
      const stdout = { write: (part: string) => (text += part) }
      const manifest = await manifestOf(route('GET', '/x', open))
      const flags = ['--base', api.base, '--manifest', manifest, '--against', committed, ...more]
      return { code: await main(flags, { stdout, stderr: stdout, folder }), text }
    }
    await write(route('GET', '/x', open))
    expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining('No route differs') })
    await write(route('GET', '/x'))
    const opened = await run()
    expect(opened.code).toBe(1)
    expect(opened.text).toContain('! changed GET /x: signed in -> anyone (open: public) (anyone may call it)')
    const json = await run('--json')
    expect(JSON.parse(json.text)).toMatchObject({
      against: [{ route: 'GET /x', kind: 'changed', opens: 'anyone may call it' }],
    })
    await rm(committed)
    expect(await run()).toMatchObject({ code: 2, text: expect.stringContaining('No manifest at') })
    await api.close()
  })

  it('says what is wrong where everything of ours is refused: an issuer in code wins over the environment', async () => {
    const api = await hearing(() => ({ status: 401 }))
    const report = await prove({ config: { base: api.base }, manifest: await manifestOf(route('GET', '/x')) })
    expect(exitCode(report)).toBe(2)
    expect(report.remarks.join()).toContain('GATEHOUSE_ISSUER')
    await api.close()
  })

  it('keeps bodies out of every report', async () => {
    const secret = 'what only the owner may read'
    const api = await hearing(({ headers }) => ({
      status: 200,
      body: { secret, authorization: headers.authorization },
    }))
    const [html, junit] = [join(folder, 'r.html'), join(folder, 'r.xml')]
    let printed = ''
    const stdout = { write: (text: string) => (printed += text) }
    const flags = [
      '--base',
      api.base,
      '--manifest',
      await manifestOf(route('GET', '/x')),
      '--html',
      html,
      '--junit',
      junit,
    ]
    expect(await main([...flags, '--json'], { stdout, stderr: stdout, folder })).toBe(1)
    for (const text of [printed, await readFile(html, 'utf8'), await readFile(junit, 'utf8')]) {
      expect(text).toContain('GET /x')
      expect(text).not.toContain(secret)
      expect(text).not.toContain('eyJ')
    }
    await api.close()
  })

  it('starts the application with an allow-listed environment', async () => {
    vi.stubEnv('PRODUCTION_DATABASE_URL', 'postgres://production')
    vi.stubEnv('HANDED_ON', 'yes')
    const app = `console.log(JSON.stringify(process.env)); process.exit(3)`
    const config: ProveConfig = { base: 'http://127.0.0.1:9', passEnv: ['HANDED_ON'], env: { OWN: 'set' } }
    const started = prove({ config, command: [process.execPath, '-e', app] })
    const error: unknown = await started.then(undefined, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProveSetupError)
    const text = String(error)
    expect(text).toContain('exit code 3')
    expect(text).toContain('"HANDED_ON":"yes"')
    expect(text).toContain('"OWN":"set"')
    expect(text).toContain('GATEHOUSE_PROVE_NONCE')
    expect(text).not.toContain('production')
  })

  it('shows how far it is on a terminal, and not elsewhere', async () => {
    const api = await hearing(() => ({ status: 401 }))
    const manifest = await manifestOf(route('GET', '/x'))
    const told = async (isTTY: boolean): Promise<string> => {
      let text = ''
      const stderr = { write: (part: string) => (text += part), isTTY }
      await main(['--base', api.base, '--manifest', manifest], {
        stdout: { write: () => '' },
        stderr,
        folder,
      })
      return text
    }
    expect(await told(true)).toMatch(/\r\[=* *\] \d+ of \d+ calls/)
    expect(await told(false)).toBe('')
    await api.close()
  })
})

describe('an API of another language', () => {
  const document = {
    openapi: '3.1.0',
    security: [{ oauth: ['things:read'] }],
    paths: {
      '/open': { get: { security: [] } },
      '/things': {
        get: {},
        post: {
          security: [{ oauth: ['things:write'] }],
          requestBody: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
        },
      },
      '/users/{id}': { get: { 'x-gatehouse': { own: 'id' } } },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          required: ['name', 'size', 'kind'],
          properties: {
            name: { type: 'string', minLength: 8 },
            size: { type: 'integer', minimum: 3 },
            kind: { enum: ['big', 'small'] },
            comment: { type: 'string' },
          },
        },
      },
    },
  }

  it('is proven by its OpenAPI document: what it asks for, and bodies that its schemas accept', async () => {
    const secret = 'a secret of thirty-two bytes or more'
    /** Believes whatever a token says, which the prover has to notice. */
    const api = await hearing(({ url, headers, method }) => {
      if (url === '/openapi.json') return { status: 200, body: document }
      if (url === '/open') return { status: 200 }
      const [, payload] = /^Bearer [^.]+\.([^.]+)\./.exec(headers.authorization ?? '') ?? []
      if (payload === undefined) return { status: 401 }
      const { scope = '', sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
        scope?: string
        sub: string
      }
      const needed = method === 'POST' ? 'things:write' : 'things:read'
      const may = url?.startsWith('/users/') ? url === `/users/${sub}` : scope.split(' ').includes(needed)
      return { status: may ? 200 : 403 }
    })
    const config: ProveConfig = {
      base: api.base,
      openapi: `${api.base}/openapi.json`,
      disposable: true,
      sharedSecret: secret,
    }
    const report = await prove({ config })
    const verdicts = (name: string): string[] => [
      ...new Set(
        report.routes
          .find((each) => each.route === name)
          ?.findings.map(({ verdict, caller }) => `${verdict} ${caller}`),
      ),
    ]
    expect(verdicts('GET /open')).toEqual(['held nobody'])
    expect(verdicts('GET /things')).toContain('held without-permission')
    expect(verdicts('GET /things')).toContain('held who-may')
    expect(verdicts('GET /users/:id')).toContain('held another-owner')
    for (const kind of ['unsigned', 'expired', 'foreign-issuer', 'tampered'])
      expect(verdicts('GET /things')).toContain(`breach ${kind}`)
    const posted = api.requests.filter(({ method, url }) => method === 'POST' && url === '/things')
    const sent = posted.find(({ body }) => body !== '')
    expect(JSON.parse(sent?.body ?? '')).toEqual({ name: 'provexxx', size: 3, kind: 'big' })
    await api.close()
  })
})

describe('--init', () => {
  it('writes a configuration that type-checks, with a place for all that the manifest asks for, and never overwrites', async () => {
    const manifest = await manifestOf(
      route('GET', '/users/:userId', { rules: [{ kind: 'own', param: 'userId', loaded: false }] }),
      route('POST', '/posts/:post-id', {
        rules: [
          { kind: 'role', role: "o'editor" },
          { kind: 'check', name: 'office hours' },
        ],
      }),
      route('GET', '/posts/:postId'),
    )
    const quiet = { stdout: { write: () => '' }, stderr: { write: () => '' }, folder: process.cwd() }
    const file = join(process.cwd(), 'tests', `init-${process.pid}.config.ts`)
    try {
      expect(await main(['--init', '--manifest', manifest, '--config', file], quiet)).toBe(0)
      const text = await readFile(file, 'utf8')
      for (const part of ['postId: async', "'o\\'editor': []", "'POST /posts/:post-id'", "'office hours'"])
        expect(text).toContain(part)
      expect(text).not.toContain('userId: async')
      const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024']
      const more = ['--allowImportingTsExtensions', '--types', 'node', '--ignoreConfig']
      execFileSync(join('node_modules', '.bin', 'tsc'), [...flags, ...more, file], { stdio: 'pipe' })
      expect(await main(['--init', '--config', file], quiet)).toBe(2)
    } finally {
      await rm(file, { force: true })
    }
  })
})
