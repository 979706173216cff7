import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { addressOf, clientAddress } from './client-address.ts'
import type { HttpEnv } from './variables.ts'

describe('the client’s address', () => {
  it.each([
    ['is the socket’s when no proxy is trusted', '10.0.0.1', '1.1.1.1', 0, '10.0.0.1'],
    ['is what the one trusted proxy wrote', '10.0.0.1', '6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    [
      'is what the outer of two trusted proxies wrote',
      '10.0.0.1',
      '6.6.6.6, 1.1.1.1, 10.0.0.2',
      2,
      '1.1.1.1',
    ],
    ['is the socket’s when the header is shorter than the proxies', '10.0.0.1', '1.1.1.1', 2, '10.0.0.1'],
    ['is the socket’s when the proxy wrote nonsense', '10.0.0.1', 'unknown', 1, '10.0.0.1'],
    ['is not what the caller sent', '10.0.0.1', '6.6.6.6, 7.7.7.7, 1.1.1.1', 1, '1.1.1.1'],
    ['is not what the caller sent to two', '10.0.0.1', '6.6.6.6, 7.7.7.7, 1.1.1.1, 10.0.0.2', 2, '1.1.1.1'],
    ['is the socket’s when the caller went round one of two', '10.0.0.1', '1.1.1.1', 2, '10.0.0.1'],
    ['is not moved by empty entries', '10.0.0.1', '6.6.6.6,,, 1.1.1.1', 1, '1.1.1.1'],
    ['is the socket’s when the proxy’s entry is empty', '10.0.0.1', '6.6.6.6, ', 1, '10.0.0.1'],
    ['is the socket’s when two proxies left one empty', '10.0.0.1', '6.6.6.6, , 10.0.0.2', 2, '10.0.0.1'],
    ['is the socket’s when the header is empty', '10.0.0.1', '', 1, '10.0.0.1'],
    ['goes without the port of IPv4', '10.0.0.1', '6.6.6.6, 1.1.1.1:54321', 1, '1.1.1.1'],
    ['goes without brackets', '10.0.0.1', '[2001:db8::1]', 1, '2001:db8::1'],
    ['goes without brackets and port', '10.0.0.1', '[2001:DB8:0::1]:443', 1, '2001:db8::1'],
    ['goes without a zone', '10.0.0.1', 'fe80::1%eth0', 1, 'fe80::1'],
    ['is IPv4 where that is mapped in hexadecimal', '10.0.0.1', '::FFFF:102:304', 1, '1.2.3.4'],
    ['is IPv4 where that is mapped in brackets', '10.0.0.1', '[::ffff:1.2.3.4]:80', 1, '1.2.3.4'],
    ['is no header’s worth of text', '10.0.0.1', `1.1.1.1\u0000${'x'.repeat(5000)}`, 1, '10.0.0.1'],
    ['is not half an address', '10.0.0.1', '1.1.1', 1, '10.0.0.1'],
    ['is not an address with leading zeros', '10.0.0.1', '010.001.001.001', 1, '10.0.0.1'],
    ['is not an address in brackets that do not close', '10.0.0.1', '[::1', 1, '10.0.0.1'],
    ['is the socket’s when the proxy wrote nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['is IPv4 where that is mapped into IPv6', '::ffff:10.0.0.1', undefined, 0, '10.0.0.1'],
    ['is unknown when nothing tells', undefined, '1.1.1.1', 0, 'unknown'],
  ])('%s', (_, socket, forwarded, proxies, expected) => {
    expect(addressOf(socket, forwarded, proxies)).toBe(expected)
  })
})

describe('a header of a proxy that the settings do not know', () => {
  const start = (trustProxy: number) => {
    const lines: string[] = []
    const warn = (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`)
    const app = new Hono<HttpEnv>()
    app.use(clientAddress(trustProxy, { warn }))
    app.get('/', (c) => c.text(c.get('clientAddress')))
    const get = (headers: Record<string, string>) => app.request('/', { headers })
    return { lines, get }
  }

  it.each(['X-Forwarded-For', 'Forwarded'])('(%s) is logged once, without its value', async (header) => {
    const { lines, get } = start(0)
    await get({})
    expect(lines).toEqual([])
    for (let i = 0; i < 3; i += 1) {
      expect(await (await get({ [header]: 'for=6.6.6.6;"level":"fatal"' })).text()).toBe('unknown')
    }
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`{"header":"${header}","setting":"TRUST_PROXY"}`)
    expect(lines[0]).toContain('set TRUST_PROXY to the number of proxies')
    expect(lines[0]).not.toMatch(/6\.6\.6\.6|fatal/)
  })

  it('is no news where proxies are trusted', async () => {
    const { lines, get } = start(1)
    expect(await (await get({ 'X-Forwarded-For': '6.6.6.6, 1.1.1.1' })).text()).toBe('1.1.1.1')
    expect(lines).toEqual([])
  })
})
