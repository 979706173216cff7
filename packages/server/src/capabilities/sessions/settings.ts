import { parsers } from '../../config/parsers.ts'
import { defineSettings } from '../../config/setting.ts'

const { duration } = parsers

/** How long sessions last, in seconds. */
export const sessionSettings = defineSettings(
  {
    idle: {
      name: 'GATEHOUSE_SESSION_IDLE',
      value: '<time>',
      fallback: '14d',
      help: 'A session that is not used for so long ends.',
      parse: duration('5m', '365d'),
    },
    lifetime: {
      name: 'GATEHOUSE_SESSION_LIFETIME',
      value: '<time>',
      fallback: '90d',
      help: 'A session ends after so long, used or not.',
      parse: duration('5m', '365d'),
    },
  },
  ({ idle, lifetime }) =>
    idle > lifetime
      ? [{ setting: 'GATEHOUSE_SESSION_IDLE', problem: 'must not be longer than GATEHOUSE_SESSION_LIFETIME' }]
      : [],
)
