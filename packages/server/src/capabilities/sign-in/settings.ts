import { parsers } from '../../config/parsers.ts'
import { defineSettings, type Values } from '../../config/setting.ts'

const { oneOf } = parsers

/** Who may sign up. Unless it is `open`, administrators create accounts. */
export const signInSettings = defineSettings({
  signUp: {
    name: 'GATEHOUSE_SIGN_UP',
    value: '<who>',
    fallback: 'open',
    help: 'Who may sign up: `open` to anyone; with `invited` or `closed` administrators create accounts.',
    parse: oneOf('open', 'invited', 'closed'),
  },
})

export type SignUpPolicy = Values<typeof signInSettings.settings>['signUp']
