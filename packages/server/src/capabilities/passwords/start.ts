import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { passwordSettings } from './settings.ts'

/** Section 3.1.1.2 of NIST SP 800-63B-4, where the password is the only factor. */
const recommended = 15

/** Says in the log of a server that starts where its passwords may be shorter than the standard has them. */
export function logPasswordRules({ config, log }: Pick<Context, 'config' | 'log'>): void {
  const { minLength } = settingsOf(config, passwordSettings)
  if (minLength >= recommended) return
  log.warn(
    { min: minLength },
    'GATEHOUSE_PASSWORD_MIN is below 15: NIST SP 800-63B-4 requires at least 15 characters where the password is the only factor',
  )
}
