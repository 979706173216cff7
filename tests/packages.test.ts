import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { newPostgresDatabase } from '../packages/server/src/testing/databases.ts'
import { freePort } from '../packages/server/src/testing/process.ts'
import { installBuilt, packBuilt } from '../scripts/build/install.ts'
import { buildPackage, packageNames } from '../scripts/build/package.ts'
import { root } from '../scripts/run.ts'

const execute = promisify(execFile)
const bin = (name: string): string => join(root, 'node_modules/.bin', name)
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-packages-'))
const tarballs = new Map<string, string>()

beforeAll(async () => {
  for (const name of packageNames) {
    await buildPackage(name)
    tarballs.set(name, await packBuilt(name, folder))
  }
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

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

test('README packs the files that it tells readers to install', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, command = ''] = /^(npm pack .*) --pack-destination/m.exec(readme) ?? []
  const packed = mkdtempSync(join(folder, 'as-readme-says-'))
  await execute('npm', [...command.split(' ').slice(1), '--pack-destination', packed], { cwd: root })
  const installed = new Set([...readme.matchAll(/\.\/(gatehouse-[\w.-]+\.tgz)/g)].map(([, file]) => file))
  expect(readdirSync(packed).sort()).toEqual([...installed].sort())
})

test('the packed guard has no dependencies but optional peers', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/guard/dist/package.json'), 'utf8'))
  expect(Object.keys(manifest).filter((key) => /dependencies$/i.test(key))).toEqual(['peerDependencies'])
  // the frameworks that it fits, each of which may be missing
  for (const name of Object.keys(manifest.peerDependencies))
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true })
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
      const code = example('@gatehouse/guard/express').replaceAll('4000', String(port))
      writeFileSync(join(project, 'app.js'), stripTypeScriptTypes(code))
      const app = spawn(join(root, 'node_modules', version, 'bin/node'), ['app.js'], {
        cwd: project,
        env: { ...process.env, GATEHOUSE_ISSUER: issuer.issuer, GATEHOUSE_AUDIENCE: 'lounge' },
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
  for (const scope of ['@types', '@hono']) mkdirSync(join(modules, scope), { recursive: true })
  for (const name of ['hono', '@hono/node-server', '@types/express', '@types/node']) {
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

describe('the packed server, beside its dependencies alone', () => {
  const project = join(folder, 'server')
  let installed: string
  beforeAll(async () => {
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    installed = await installBuilt('server', project)
  }, 60_000)

  test.each(['sqlite', 'postgres'] as const)(
    'runs on %s, and shows its API from its own files',
    async (kind) => {
      const port = await freePort()
      const env = {
        ...(kind === 'sqlite' ? { GATEHOUSE_DATA_DIR: join(project, 'data') } : await postgresSettings()),
        PATH: process.env['PATH'],
        PORT: String(port),
        METRICS_PORT: String(await freePort()),
      }
      const cli = join(installed, 'bin/gatehouse.cjs')
      const server = spawn(cli, ['serve', '--first-administrator'], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
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
        expect(existsSync(join(installed, 'assets/scalar.js'))).toBe(true)
        expect((await signUp(port)).status).toBe(201)
      } finally {
        server.kill('SIGTERM')
        await ended
      }
      expect(output).not.toContain('"level":50')
    },
  )

  test('keeps what was compiled beside it, for the next start', () => {
    expect(readdirSync(join(project, 'node_modules/.cache/gatehouse'))).not.toEqual([])
  })

  test('runs every command that needs no database, where nothing can be kept', async () => {
    rmSync(join(project, 'node_modules/.cache'), { recursive: true })
    writeFileSync(join(project, 'node_modules/.cache'), 'no folder')
    const cli = join(installed, 'bin/gatehouse.cjs')
    expect((await execute(cli, ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    for (const command of ['serve', 'user', 'role', 'session', 'key', 'migrate', 'prove', 'routes'])
      expect((await execute(cli, [command, '--help'])).stdout).toContain(`gatehouse ${command}`)
  })

  test('has types that need none of what it carries', async () => {
    writeFileSync(
      join(project, 'embedded.ts'),
      `import { createGatehouse, readConfig } from '@gatehouse/server'
       const gatehouse = await createGatehouse({ GATEHOUSE_ISSUER: 'https://app.example.com' })
       const answer: Response = await gatehouse.fetch(new Request('https://app.example.com/healthz'))
       console.log(answer.status, readConfig({}).database.kind, readConfig({}).logLevel satisfies string)`,
    )
    const options = ['--module', 'nodenext', '--target', 'es2024', '--types', '', '--strict', '--noEmit']
    await execute(bin('tsc'), ['--ignoreConfig', ...options, 'embedded.ts'], { cwd: project }).catch(
      (error: { stdout: string }) => expect.fail(error.stdout),
    )
  })

  test('names what it carries, with its licence', () => {
    const text = readFileSync(join(installed, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
    for (const name of ['hono', 'kysely', '@scalar/api-reference']) expect(text).toContain(`\n${name} `)
    expect(text).toContain('Permission is hereby granted')
  })
})

test('the packed prover runs by its own command, with nothing of the server', async () => {
  const project = join(folder, 'prover')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const installed = await installBuilt('prove', project)
  expect(readdirSync(join(project, 'node_modules/@gatehouse')).sort()).toEqual(['guard', 'prove'])
  const cli = join(installed, 'bin/gatehouse-prove.cjs')
  expect((await execute(cli, ['--help'])).stdout).toContain('gatehouse-prove [options] -- COMMAND')
  await execute(cli, ['--init', '--base', 'http://127.0.0.1:9'], { cwd: project })
  const failed: unknown = await execute(cli, ['--manifest', 'none.json', '--openapi', 'none.json'], {
    cwd: project,
  }).catch((error: unknown) => error)
  // it read the configuration, which imports the package by its name
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringMatching(/^gatehouse-prove: /) })
}, 60_000)

/** A database of its own on PostgreSQL, for as long as the test runs. */
async function postgresSettings(): Promise<Record<string, string>> {
  const url = await newPostgresDatabase(inject('postgresUrl'), onTestFinished)
  return { DATABASE_URL: url, GATEHOUSE_SECRET: 'a secret of thirty-two bytes or more' }
}

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

/** Settles once the address answers; asks again and again, for as long as the test may take. */
async function answering(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
