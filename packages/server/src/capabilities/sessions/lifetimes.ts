import { settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'
import { sessionSettings } from './settings.ts'

/** Milliseconds between writes of a session's last use. */
export const touchEvery = 60_000

/** Milliseconds in which a used refresh token still gets its successor again: a lost answer, two tabs. */
export const replayWindow = 10_000

/** Milliseconds for which ended sessions are kept, for investigations. */
export const keepOver = 30 * 24 * 3_600_000

interface Life {
  readonly ended_at: number | null
  readonly expires_at: number
  readonly last_seen_at: number
}

/** Whether a session goes on at `now`: not ended, not idle for too long, not too old. */
export function isLive(session: Life, config: Config, now: number): boolean {
  return (
    session.ended_at === null && session.expires_at > now && session.last_seen_at > idleSince(config, now)
  )
}

/** A session not seen since then is over. */
export function idleSince(config: Config, now: number): number {
  return now - settingsOf(config, sessionSettings).idle * 1000
}
