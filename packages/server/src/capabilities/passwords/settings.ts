import { parsers } from '../../config/parsers.ts'
import { defineSettings } from '../../config/setting.ts'

/** What new passwords have to be like. */
export const passwordSettings = defineSettings({
  minLength: {
    name: 'GATEHOUSE_PASSWORD_MIN',
    value: '<number>',
    fallback: '15',
    help: 'Characters that a new password has at least (8 to 64). Passwords that people have already go on working.',
    parse: parsers.whole(8, 64),
  },
  breachedUrl: {
    name: 'GATEHOUSE_BREACHED_PASSWORDS_URL',
    value: '<url>',
    help: 'A list of breached passwords that new ones must not be in, asked by the first five digits of their SHA-1: `https://api.pwnedpasswords.com/range`. Default: none.',
    // whoever reads along learns a little about a new password, and whoever changes the answer lets bad ones through
    parse: parsers.httpsUrl(),
  },
})
