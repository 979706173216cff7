// Prints which seeded faults the prover finds: `node tests/faults/table.ts`.
import { catalogue, frameworks } from './catalogue.ts'
import { proveFault, routesWith } from './prove-fault.ts'

console.log('| fault | framework | route | found |\n|---|---|---|---|')
for (const { fault, framework, route, verdict } of catalogue) {
  const report = await proveFault(framework, fault)
  const found = routesWith(report, verdict)
  const other = found.filter((each) => each !== route && route !== '*')
  const caller = report.routes
    .flatMap(({ findings }) => findings)
    .find((finding) => finding.verdict === verdict && (route === '*' || finding.route === route))
  const how =
    caller === undefined ? 'NO' : `${verdict}: ${[caller.caller, caller.variant].filter(Boolean).join(', ')}`
  console.log(
    `| ${fault} | ${framework} | ${route} | ${how}${other.length > 0 ? `; also ${other.join(', ')}` : ''} |`,
  )
}
for (const framework of frameworks) {
  const { counts, routes, milliseconds } = await proveFault(framework, '')
  const alarms = counts.breach + counts['locked-out'] + counts.unproven + counts['not-tried']
  console.log(
    `| (none) | ${framework} | ${routes.length} routes | ${alarms} false alarms of ${counts.held + alarms} answers, ${milliseconds} ms |`,
  )
}
