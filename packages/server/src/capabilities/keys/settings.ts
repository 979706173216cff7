import { parsers } from '../../config/parsers.ts'
import { defineSettings } from '../../config/setting.ts'

const { duration, oneOf } = parsers

/** What new keys are for, and how long a key signs, in seconds. */
export const keySettings = defineSettings({
  signingAlgorithm: {
    name: 'GATEHOUSE_SIGNING_ALGORITHM',
    value: '<name>',
    fallback: 'ES256',
    help: 'What new keys are for: ES256, EdDSA or RS256.',
    parse: oneOf('ES256', 'EdDSA', 'RS256'),
  },
  rotation: {
    name: 'GATEHOUSE_KEY_ROTATION',
    value: '<time>',
    fallback: '90d',
    help: 'How long a key signs before the next one takes over.',
    parse: duration('1h', '365d'),
  },
})
