import { parsers } from '../../config/parsers.ts'
import { defineSettings } from '../../config/setting.ts'

const { duration } = parsers

/** How long events are kept, in seconds. */
export const auditSettings = defineSettings({
  retention: {
    name: 'GATEHOUSE_AUDIT_RETENTION',
    value: '<time>',
    fallback: '400d',
    help: 'How long events of the audit trail are kept (1d to 3650d).',
    parse: duration('1d', '3650d'),
  },
})
