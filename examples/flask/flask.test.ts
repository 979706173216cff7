import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { exitCode, type ProveConfig, prove } from '@gatehouse/prove'
import { describe, expect, it } from 'vitest'
import config from './prove.config.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** A Python that has Flask and PyJWT; undefined where there is none. */
const python = ['python3', '/usr/bin/python3'].find((program) => {
  try {
    execFileSync(program, ['-c', 'import flask, jwt, cryptography'], { stdio: 'ignore' })
    return true
  } catch {
    return false // that one is missing, or lacks a package
  }
})

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function proved(more: Partial<ProveConfig>): Promise<Awaited<ReturnType<typeof prove>>> {
  const port = await freePort()
  const told = { ...config, ...more, base: `http://127.0.0.1:${port}`, env: { PORT: String(port) } }
  return prove({ config: told, command: [python ?? '', `${folder}app.py`], folder })
}

describe.skipIf(python === undefined)(
  'the API in Flask (skipped where Python has no Flask, PyJWT and cryptography)',
  () => {
    it.each([
      ['the published keys', {}],
      ['a shared secret', { sharedSecret: 'a secret that both sides know, of 32 bytes' }],
    ])('keeps every rule of its document with %s', async (_, more) => {
      const report = await proved(more)
      const open = report.routes.flatMap(({ findings }) =>
        findings.filter(({ verdict }) => verdict !== 'held'),
      )
      expect(open).toEqual([])
      expect(exitCode(report)).toBe(0)
      expect(report.routes.map(({ route }) => route)).toContain('GET /users/:user_id')
    })
  },
)
