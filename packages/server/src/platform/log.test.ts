import { describe, expect, it } from 'vitest'
import { loggerTo } from './log.ts'
import { redactText } from './redact.ts'

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl'

function logged(write: (log: ReturnType<typeof loggerTo>) => void): string {
  const lines: string[] = []
  write(loggerTo('debug', { write: (line) => void lines.push(line) }))
  return lines.join('')
}

describe('a log', () => {
  it('keeps what is no secret', () => {
    const line = logged((log) => log.info({ user: 'ana', status: 200 }, 'answered'))
    expect(JSON.parse(line)).toMatchObject({ user: 'ana', status: 200, msg: 'answered' })
  })

  it.each([
    'password',
    'current_password',
    'token',
    'access_token',
    'refresh_token',
    'refreshToken',
    'authorization',
    'Authorization',
    'cookie',
    'Cookie',
    'set-cookie',
    'secret',
    'jwtSecret',
    'JWT_SECRET',
    'GATEHOUSE_SECRET',
    'DATABASE_URL',
  ])('never shows the value of `%s`, at any depth', (name) => {
    const line = logged((log) => {
      log.info({ [name]: 'hunter2' }, 'top')
      log.info({ body: { [name]: 'hunter2' } }, 'nested')
      log.info({ request: { headers: { [name]: 'hunter2' } } }, 'deeper')
      log.info({ a: { b: { c: { d: [{ [name]: 'hunter2' }] } } } }, 'deepest')
    })
    expect(line).not.toContain('hunter2')
    expect(line.match(/\[redacted\]/g)).toHaveLength(4)
  })

  it('cuts tokens out of messages, fields and errors', () => {
    const line = logged((log) => {
      log.warn({}, `refused ${token}`)
      log.warn({ note: `Bearer ${token}` }, 'refused')
      log.error({ err: new Error(`bad ${token}`, { cause: new Error(`really ${token}`) }) }, 'failed')
    })
    expect(line).not.toContain('eyJ')
    expect(line.match(/\[token\]/g)?.length).toBeGreaterThanOrEqual(4)
  })

  it('cuts credentials out of addresses', () => {
    expect(redactText('connect postgres://app:hunter2@db/app')).toBe('connect postgres://[redacted]@db/app')
  })

  it('shows why an error came about', () => {
    const line = logged((log) => log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'x'))
    expect(JSON.parse(line).err).toMatchObject({ message: 'outer', cause: { message: 'inner' } })
  })

  it('bears what cannot be serialized', () => {
    const circle: { n: bigint; self?: unknown } = { n: 1n }
    circle.self = circle
    expect(logged((log) => log.info({ circle }, 'round'))).toContain('round')
  })
})
