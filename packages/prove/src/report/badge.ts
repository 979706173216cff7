import type { Report } from './report.ts'
import { exitCode } from './report.ts'

/** What a badge says, as shields.io reads it from an address. */
export function badge(report: Report): string {
  const { breach } = report.counts
  const code = exitCode(report)
  const [message, color] =
    breach > 0
      ? [`${breach} ${breach === 1 ? 'breach' : 'breaches'}`, 'red']
      : code === 1
        ? ['routes opened', 'red']
        : code === 2
          ? ['not proven', 'yellow']
          : [
              report.routes.length === 1 ? '1 route proven' : `${report.routes.length} routes proven`,
              'brightgreen',
            ]
  return `${JSON.stringify({ schemaVersion: 1, label: 'access rules', message, color }, null, 2)}\n`
}
