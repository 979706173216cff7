import { describe, expect, it } from 'vitest'
import { addressOf, networkOf } from './client-address.ts'

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
    ['is the socket’s when the proxy wrote nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
    ['is IPv4 where that is mapped into IPv6', '::ffff:10.0.0.1', undefined, 0, '10.0.0.1'],
    ['is unknown when nothing tells', undefined, '1.1.1.1', 0, 'unknown'],
  ])('%s', (_, socket, forwarded, proxies, expected) => {
    expect(addressOf(socket, forwarded, proxies)).toBe(expected)
  })

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
