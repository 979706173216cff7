import { createHash, timingSafeEqual } from 'node:crypto'
import { settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'
import { ClientNotKnown } from './errors.ts'
import { oauthSettings } from './settings.ts'

/**
 * The API that a request comes from, by name and secret (HTTP Basic; RFC 6749, section 2.3.1).
 *
 * @throws ClientNotKnown (`invalid_client`, 401)
 */
export function authenticateClient(config: Config, authorization: string | undefined): string {
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) throw new ClientNotKnown()
  const [, name = '', secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  const id = formDecoded(name)
  const expected = settingsOf(config, oauthSettings).clientSecrets.get(id)
  // compared even for an unknown name, so that time reveals no names
  const matches = timingSafeEqual(digest(formDecoded(secret)), digest(expected ?? ''))
  if (expected === undefined || !matches) throw new ClientNotKnown()
  return id
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new ClientNotKnown()
  }
}
