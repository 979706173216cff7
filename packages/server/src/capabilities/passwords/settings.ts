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
})
