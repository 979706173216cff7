import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPackage, packageNames } from '../scripts/build/package.ts'
import { root } from '../scripts/run.ts'

const execute = promisify(execFile)
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-packages-'))
const tarballs = new Map<string, string>()

beforeAll(async () => {
  for (const name of packageNames) {
    const dist = await buildPackage(name)
    const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: dist })
    tarballs.set(name, join(folder, fileNameIn(stdout)))
  }
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** npm prints a list of packages, or (from version 12 on) an object of them. */
function fileNameIn(answer: string): string {
  const packed = JSON.parse(answer) as { filename: string }[] | Record<string, { filename: string }>
  return Object.values(packed)[0]?.filename ?? ''
}

describe.each(packageNames)('the packed %s', (name) => {
  test('is what publint asks of a package', async () => {
    const { stdout } = await execute(bin('publint'), [tarballs.get(name) ?? '', '--strict'])
    expect(stdout).toContain('All good!')
  })

  test('has types that every ESM resolution finds', async () => {
    await execute(bin('attw'), [tarballs.get(name) ?? '', '--profile', 'esm-only', '--no-color'])
  })

  test('carries no test and no source', async () => {
    const { stdout } = await execute('tar', ['-tzf', tarballs.get(name) ?? ''])
    expect(stdout).toMatch(/package\/(README\.md|LICENSE)/)
    expect(stdout.split('\n').filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
  })
})

test('the packed guard has no dependencies', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/guard/dist/package.json'), 'utf8')) as object
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([])
})

describe('README’s Express example, in an empty project with the packed guard', () => {
  const project = join(folder, 'project')
  const issuer = createTestIssuer({ audience: 'lounge' })
  let listening: Awaited<ReturnType<typeof issuer.listen>>

  beforeAll(async () => {
    listening = await issuer.listen()
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    const options = ['--offline', '--no-audit', '--cache', join(folder, 'npm-cache')]
    await execute('npm', ['install', ...options, tarballs.get('guard') ?? ''], { cwd: project })
    // Express as this workspace has it: nothing is fetched
    for (const name of ['express'])
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  }, 60_000)
  afterAll(() => listening.close())

  test.each(['node', 'node20'])(
    'runs on %s: greets who has a token, and refuses the others',
    async (version) => {
      const port = await freePort()
      const code = example('@gatehouse/guard/express')
        .replaceAll('http://localhost:3000', issuer.issuer)
        .replaceAll('4000', String(port))
      writeFileSync(join(project, 'app.js'), stripTypeScriptTypes(code))
      const app = spawn(join(root, 'node_modules', version, 'bin/node'), ['app.js'], {
        cwd: project,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let complaints = ''
      app.stderr.on('data', (chunk: Buffer) => {
        complaints += chunk.toString()
      })
      const ended = once(app, 'exit')
      try {
        const url = `http://localhost:${port}`
        await Promise.race([
          answering(`${url}/health`),
          ended.then(() => Promise.reject(new Error(complaints))),
        ])
        expect((await fetch(`${url}/vip-lounge`)).status).toBe(401)
        const headers = { Authorization: `Bearer ${issuer.sign({ sub: '7', username: 'ada' })}` }
        expect(await (await fetch(`${url}/vip-lounge`, { headers })).json()).toMatchObject({
          message: expect.stringContaining('ada'),
        })
        expect((await fetch(`${url}/users/7`, { headers })).status).toBe(200)
        expect((await fetch(`${url}/users/8`, { headers })).status).toBe(403)
      } finally {
        app.kill()
        await ended
      }
    },
  )
})

test('README’s examples compile in strict TypeScript against the packed guard', async () => {
  const project = join(folder, 'project')
  const modules = join(project, 'node_modules')
  mkdirSync(join(modules, '@types'), { recursive: true })
  for (const name of ['hono', '@types/express', '@types/node']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const framework of ['express', 'hono']) {
    writeFileSync(join(project, `${framework}.ts`), example(`@gatehouse/guard/${framework}`))
  }
  const options = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node', '--strict', '--noEmit']
  await execute(bin('tsc'), ['--ignoreConfig', ...options, 'express.ts', 'hono.ts'], { cwd: project }).catch(
    (error: { stdout: string }) => expect.fail(error.stdout),
  )
}, 60_000)

test('the packed server runs from where its dependencies are, and shows its API from its own files', async () => {
  // beside the workspace's dependencies, but with none of its sources in reach
  const home = mkdtempSync(join(root, 'node_modules/.cache-gatehouse-'))
  try {
    for (const name of ['guard', 'server'] as const) {
      const target = join(home, 'node_modules', name === 'guard' ? '@gatehouse/guard' : 'gatehouse')
      cpSync(join(root, 'packages', name, 'dist'), target, { recursive: true })
    }
    const cli = join(home, 'node_modules/gatehouse/lib/cli/main.js')
    const port = await freePort()
    const env = { PATH: process.env['PATH'], PORT: String(port), GATEHOUSE_DATA_DIR: join(home, 'data') }
    const server = spawn(cli, ['serve', '--first-administrator'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [server.stdout, server.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const ended = once(server, 'exit')
    try {
      await Promise.race([
        answering(`http://localhost:${port}/readyz`),
        ended.then(() => Promise.reject(new Error(output))),
      ])
      const script = await fetch(`http://localhost:${port}/docs/scalar.js`)
      expect(script.status).toBe(200)
      expect(existsSync(join(home, 'node_modules/gatehouse/assets/scalar.js'))).toBe(true)
      expect((await signUp(port)).status).toBe(201)
    } finally {
      server.kill('SIGTERM')
      await ended
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})

/** Signing up hashes, which is where a worker has to be found. */
function signUp(port: number): Promise<Response> {
  return fetch(`http://localhost:${port}/auth/sign-up`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
  })
}

/** The block of README that imports this. */
function example(specifier: string): string {
  const blocks = readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)
  for (const [, code = ''] of blocks) if (code.includes(`from '${specifier}'`)) return code
  throw new Error(`README has no example of ${specifier}`)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Settles once the address answers; asks again and again, for as long as the test may take. */
async function answering(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
