import { describe, expect, it } from 'vitest'
import { catalogue, frameworks } from './catalogue.ts'
import { manifest } from './manifest.ts'
import { proveFault, routesWith } from './prove-fault.ts'

describe.concurrent('the right application', () => {
  it.for(frameworks)(
    'is shown to hold every rule, without a false alarm (%s)',
    async (framework, { expect }) => {
      const report = await proveFault(framework, '')
      const open = report.routes.flatMap(({ findings }) =>
        findings.filter(({ verdict }) => verdict !== 'held'),
      )
      expect(open).toEqual([])
      expect(report.counts.held).toBeGreaterThan(250)
      // what the faulty ones claim to declare is what this one does declare
      const claimed = manifest.routes.map(({ method, path }) => `${method} ${path}`)
      expect(report.routes.map(({ route }) => route).sort()).toEqual(claimed.sort())
    },
  )
})

describe.concurrent('a seeded fault', () => {
  it.for(catalogue)(
    '$framework: “$fault” is found on $route, and nothing on any other',
    async (seeded, { expect }) => {
      const { framework, fault, route, verdict } = seeded
      const report = await proveFault(framework, fault, route === '*' ? undefined : route)
      const everywhere = report.routes.filter(({ rule }) => rule !== '').map((each) => each.route)
      expect(routesWith(report, verdict)).toEqual(route === '*' ? everywhere : [route])
      expect(
        routesWith(report, verdict === 'breach' ? 'locked-out' : 'breach').filter((each) => each !== route),
      ).toEqual([])
    },
  )
})

it('there are enough of them to mean something', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(24)
})
