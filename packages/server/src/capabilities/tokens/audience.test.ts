import { describe, expect, test } from 'vitest'
import type { Config } from '../../config.ts'
import { InvalidTarget, isForServerAlone, narrowAudience, resolveAudience } from './audience.ts'

const issuer = 'http://localhost:3000'
const config = { issuer, audiences: ['lounge', 'shop'], tokenProfile: 'default' } as unknown as Config
const sharedSecret = { ...config, tokenProfile: 'shared-secret' } as unknown as Config

describe('at sign-in', () => {
  test('without an audience a token is for every API and for self-service here', () => {
    expect(resolveAudience(config, {})).toEqual(['lounge', 'shop', issuer])
  })

  test('with one, or several, it is for just those', () => {
    expect(resolveAudience(config, { audience: 'shop' })).toEqual(['shop'])
    expect(resolveAudience(config, { audience: ['shop', 'lounge', 'shop'] })).toEqual(['lounge', 'shop'])
    expect(resolveAudience(config, { resource: issuer })).toEqual([issuer])
    expect(resolveAudience(config, { audience: 'shop', resource: ['shop'] })).toEqual(['shop'])
  })

  test('an unknown one is refused, also beside a known one, and so are two that differ', () => {
    for (const request of [
      { audience: 'bank' },
      { audience: ['shop', 'bank'] },
      { resource: 'bank' },
      { audience: '' },
      { audience: 'shop', resource: 'lounge' },
    ]) {
      expect(() => resolveAudience(config, request)).toThrow(InvalidTarget)
    }
  })
})

describe('at refresh', () => {
  test('a token is for what the session was opened for, or for less', () => {
    const granted = resolveAudience(config, {})
    expect(narrowAudience(config, granted, {})).toEqual(granted)
    expect(narrowAudience(config, granted, { audience: issuer })).toEqual([issuer])
  })

  test('never for more', () => {
    expect(() => narrowAudience(config, ['shop'], { audience: issuer })).toThrow(InvalidTarget)
    expect(() => narrowAudience(config, ['shop'], { audience: ['shop', 'lounge'] })).toThrow(InvalidTarget)
  })

  test('with a shared secret the audience of the session stays', () => {
    const granted = resolveAudience(sharedSecret, {})
    expect(narrowAudience(sharedSecret, granted, { audience: granted })).toEqual(granted)
    expect(() => narrowAudience(sharedSecret, granted, { audience: issuer })).toThrow(InvalidTarget)
    expect(() => narrowAudience(sharedSecret, ['lounge'], { audience: issuer })).toThrow(InvalidTarget)
  })
})

test('a token is for the server alone only if it is for nobody else', () => {
  expect(isForServerAlone(config, [issuer])).toBe(true)
  expect(isForServerAlone(config, ['shop', issuer])).toBe(false)
  expect(isForServerAlone(config, ['shop'])).toBe(false)
  expect(isForServerAlone(config, [])).toBe(false)
})
