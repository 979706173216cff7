import { describe, expect, it } from 'vitest'
import { addressOf, readPostgresUrl } from './postgres-url.ts'

describe('a PostgreSQL URL', () => {
  it.each([
    [
      'of one server is used unchanged',
      'postgres://db/app?sslmode=require',
      ['postgres://db/app?sslmode=require'],
    ],
    [
      'of several servers has the same credentials, database and parameters for each',
      'postgres://app:s%40cr%2Fet@a:5432,b:5433/main?sslmode=require',
      [
        'postgres://app:s%40cr%2Fet@a:5432/main?sslmode=require',
        'postgres://app:s%40cr%2Fet@b:5433/main?sslmode=require',
      ],
    ],
    [
      'may have an @ in the password',
      'postgres://app:s@cret@a,b/main',
      ['postgres://app:s@cret@a/main', 'postgres://app:s@cret@b/main'],
    ],
    [
      'uses the default port for hosts without one',
      'postgresql://a,b:6432/main',
      ['postgresql://a/main', 'postgresql://b:6432/main'],
    ],
    [
      'takes IPv6 addresses in brackets',
      'postgres://[::1]:5432,[2001:db8::2],c/main',
      ['postgres://[::1]:5432/main', 'postgres://[2001:db8::2]/main', 'postgres://c/main'],
    ],
    [
      'may name one port for all',
      'postgres://a,b/main?port=6432',
      ['postgres://a/main?port=6432', 'postgres://b/main?port=6432'],
    ],
    [
      'may name hosts and ports as parameters',
      'postgres:///main?host=a,2001:db8::2&port=1,2',
      ['postgres://localhost/main?host=a&port=1', 'postgres://localhost/main?host=2001%3Adb8%3A%3A2&port=2'],
    ],
  ])('%s', (_, url, servers) => {
    expect(readPostgresUrl(url).servers).toEqual(servers)
  })

  it.each(['any', 'read-write', 'primary'])('may ask for target_session_attrs=%s', (attributes) => {
    const { servers } = readPostgresUrl(`postgres://a,b/main?target_session_attrs=${attributes}`)
    expect(servers).toHaveLength(2)
  })

  it('limits a connection attempt to 2 s by default if there is another server to try', () => {
    expect(readPostgresUrl('postgres://a/main').connectMs).toBeUndefined()
    expect(readPostgresUrl('postgres://a,b/main').connectMs).toBe(2000)
    expect(readPostgresUrl('postgres://a,b/main?connect_timeout=5').connectMs).toBe(5000)
  })

  it.each([
    ['mysql://root:hunter2@db/app', /postgres:/],
    ['db.example.com', /postgres:/],
    ['postgres://u:hunter2@a,,b/app', /commas/],
    ['postgres://u:hunter2@a,b,/app', /commas/],
    ['postgres://u:hunter2@a:hunter2,b/app', /commas/],
    ['postgres://u:hunter2@a:0,b/app', /ports/],
    ['postgres://u:hunter2@a,b:70000/app', /ports/],
    ['postgres://u:hunter2@a,::1/app', /commas/],
    ['postgres://u:hunter2@a,b,c/app?port=1,2', /one port/],
    ['postgres://u:hunter2@a,b c/app', /postgres:/],
    ['postgres://u:hunter2@a,b/app?target_session_attrs=standby', /read-write/],
    ['postgres://u:hunter2@a,b/app?connect_timeout=soon', /connect_timeout/],
  ])('that is none is refused without repeating it: %s', (url, reason) => {
    expect(() => readPostgresUrl(url)).toThrow(reason)
    expect(() => readPostgresUrl(url)).not.toThrow(/hunter2/)
  })
})

it('identifies a server by its host and port alone', () => {
  expect(addressOf('postgres://u:hunter2@a:5433/main')).toBe('a:5433')
  expect(addressOf('postgres://u:hunter2@[::1]:5433/main')).toBe('[::1]:5433')
  expect(addressOf('postgres://u:hunter2@a/main?port=6432')).toBe('a:6432')
  expect(addressOf('postgres://localhost/main?host=b&port=6432')).toBe('b:6432')
})
