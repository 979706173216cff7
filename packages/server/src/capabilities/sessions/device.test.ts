import { expect, test } from 'vitest'
import { describeDevice } from './device.ts'

const chromeOnWindows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36'
const reducedAndroid =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36'

test('a browser is named by its User-Agent', () => {
  expect(describeDevice({ userAgent: chromeOnWindows })).toEqual({
    browser: 'Chrome 124',
    os: 'Windows 10',
    type: 'desktop',
    model: null,
  })
})

test('client hints say more than a reduced User-Agent', () => {
  const device = describeDevice({
    userAgent: reducedAndroid,
    brands: '"Chromium";v="124", "Brave";v="124", "Not-A.Brand";v="99"',
    mobile: '?1',
    platform: '"Android"',
    model: '"Pixel 8"',
  })
  expect(device).toMatchObject({ browser: 'Brave 124', os: 'Android 10', type: 'mobile', model: 'Pixel 8' })
})

test('a program is named by what it calls itself', () => {
  expect(describeDevice({ userAgent: 'curl/8.1.2' }).browser).toBe('curl 8')
})

test('nothing told is nothing known', () => {
  expect(describeDevice({})).toEqual({ browser: null, os: null, type: null, model: null })
})

test('nonsense is neither an error nor kept at length', () => {
  for (const userAgent of ['"', '\u0000', '{}', 'x'.repeat(100_000), 'Mozilla/5.0 '.repeat(10_000)]) {
    const device = describeDevice({
      userAgent,
      brands: '"'.repeat(10_000),
      platform: '"'.repeat(10_000),
      model: userAgent,
    })
    for (const value of Object.values(device)) expect((value ?? '').length).toBeLessThanOrEqual(64)
  }
})
