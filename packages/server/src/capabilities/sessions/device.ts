import Bowser from 'bowser'

/** A device as a person would name it in a list of sessions; null where unknown. */
export interface Device {
  readonly browser: string | null
  readonly os: string | null
  readonly type: string | null
  readonly model: string | null
}

/** The header values that describe a device: `User-Agent` and client hints (`Sec-CH-UA…`). */
export interface DeviceHints {
  userAgent?: string | undefined
  brands?: string | undefined
  mobile?: string | undefined
  platform?: string | undefined
  platformVersion?: string | undefined
  model?: string | undefined
}

/** Characters that are looked at of any of these headers. */
const longest = 512

/** One brand of `Sec-CH-UA`: `"Chromium";v="124"` (a structured-fields list, RFC 9651). */
const brandPattern = /"([^"\\]{1,64})";v="([^"\\]{1,32})"/g

/** Reads how a device describes itself. It proves nothing; it helps people to recognise a session. */
export function describeDevice(hints: DeviceHints): Device {
  const userAgent = hints.userAgent?.slice(0, longest).trim() ?? ''
  const { browser, os, platform } = Bowser.parse(userAgent === '' ? 'unknown' : userAgent, clientHints(hints))
  const model = text(unquote(hints.model)) ?? text(platform.model)
  return {
    browser: named(browser.name, browser.version) ?? firstProduct(userAgent),
    os: named(os.name, os.versionName ?? os.version) ?? text(unquote(hints.platform)),
    type: text(platform.type),
    model,
  }
}

/** What stays the same when a device's browser or system gets a newer version. */
export function familyOf({ browser, os }: Pick<Device, 'browser' | 'os'>): string {
  return [browser, os].map((name) => name?.replace(/ [\d.]+$/, '') ?? '').join('\n')
}

function clientHints(hints: DeviceHints): Bowser.ClientHints | undefined {
  const brands = Array.from(
    (hints.brands?.slice(0, longest) ?? '').matchAll(brandPattern),
    ([, brand = '', version = '']) => ({ brand, version }),
  )
  if (brands.length === 0) return undefined
  const platform = unquote(hints.platform)
  const platformVersion = unquote(hints.platformVersion)
  return {
    brands,
    mobile: hints.mobile === '?1',
    ...(platform === undefined ? {} : { platform }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
  }
}

function named(name: string | undefined, version: string | undefined): string | null {
  if (text(name) === null) return null
  const major = version?.split('.')[0] ?? ''
  return text(`${name} ${major}`.trim())
}

/** What programs that are no browsers call themselves: `curl/8.1` is "curl 8". */
function firstProduct(userAgent: string): string | null {
  const [, name, version] = /^([A-Za-z][\w.+-]{0,39})(?:\/(\d{1,9}))?/.exec(userAgent) ?? []
  return named(name, version)
}

function unquote(value: string | undefined): string | undefined {
  return value === undefined ? undefined : /^"([^"\\]{1,64})"$/.exec(value)?.[1]
}

function text(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value.slice(0, 64)
}
