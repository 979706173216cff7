import { parsers } from '../../config/parsers.ts'
import { defineSettings, type Values } from '../../config/setting.ts'

const { oneOf } = parsers

/** Who may create an account for themselves. */
export const signInSettings = defineSettings({
  signUp: {
    name: 'GATEHOUSE_SIGN_UP',
    value: '<who>',
    fallback: 'open',
    help: 'Who may sign up: `open` to anyone, `invited` to whom an administrator invites, `closed` to nobody: administrators create accounts.',
    parse: oneOf('open', 'invited', 'closed'),
  },
})

export type SignUpPolicy = Values<typeof signInSettings.settings>['signUp']
