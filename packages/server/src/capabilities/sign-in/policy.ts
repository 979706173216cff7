import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { SignUpClosed } from './errors.ts'
import { signInSettings } from './settings.ts'

/** @throws SignUpClosed (`sign_up_closed`, 403) where only administrators create accounts */
export function requireInvitations({ config }: Pick<Context, 'config'>): void {
  if (settingsOf(config, signInSettings).signUp === 'closed') throw new SignUpClosed()
}
