import { parsers } from '../../config/parsers.ts'
import { defineSettings, type Values } from '../../config/setting.ts'

const { oneOf, sharedSecret } = parsers

/** A time: `2026-12-31`, or with an hour and its zone. Milliseconds since the epoch. */
function time(text: string): number {
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(at)) throw new Error('must be a date such as 2026-12-31, or 2026-12-31T18:00Z')
  return at
}

/** Who may sign up (unless it is `open`, administrators create accounts), and how long old tokens are exchanged. */
export const signInSettings = defineSettings(
  {
    signUp: {
      name: 'GATEHOUSE_SIGN_UP',
      value: '<who>',
      fallback: 'open',
      help: 'Who may sign up: `open` to anyone, `invited` to whom an administrator invites, `closed` to nobody: administrators create accounts.',
      parse: oneOf('open', 'invited', 'closed'),
    },
    legacyUntil: {
      name: 'GATEHOUSE_LEGACY_UNTIL',
      value: '<date>',
      help: 'Until when tokens of the application before are exchanged, each once. Needs GATEHOUSE_LEGACY_SECRET.',
      parse: time,
    },
    legacySecret: {
      name: 'GATEHOUSE_LEGACY_SECRET',
      value: '<text>',
      secret: true,
      help: 'What the application before signed its tokens with (HS256); 32 bytes or more.',
      parse: sharedSecret,
    },
  },
  ({ legacyUntil, legacySecret }) =>
    (legacyUntil === undefined) === (legacySecret === undefined)
      ? []
      : [{ setting: 'GATEHOUSE_LEGACY_UNTIL', problem: 'must be set together with GATEHOUSE_LEGACY_SECRET' }],
)

export type SignUpPolicy = Values<typeof signInSettings.settings>['signUp']
