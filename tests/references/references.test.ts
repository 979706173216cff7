import { describe, it } from 'vitest'
import { faults, frameworks, proveLedger } from './prove-ledger.ts'

const wrong = ['breach', 'locked-out', 'unproven', 'not-tried']
/** A framework hands over a path, a query and a body in its own way: the others get a fault of each kind. */
const samples = [
  'query id unchecked',
  'only the first of a batch checked',
  'body id overrides the path',
  'owner moved by a change',
]
const everywhere = frameworks.flatMap((framework) =>
  Object.entries(faults)
    .filter(([fault]) => framework === 'express' || samples.includes(fault))
    .map(([fault, route]) => ({ framework, fault, route })),
)

describe.concurrent('requests that name what is not the caller’s', () => {
  it.for(frameworks)(
    'raise no alarm where every handler looks whose it is (%s)',
    async (framework, { expect }) => {
      const { routes, counts } = await proveLedger(framework, '')
      const alarms = routes.flatMap(({ findings }) =>
        findings.filter(({ verdict }) => wrong.includes(verdict)),
      )
      expect(alarms).toEqual([])
      expect(counts.held).toBeGreaterThan(250)
      const tried = routes.flatMap(({ findings }) => findings.map(({ caller }) => caller))
      for (const caller of ['referring-owner', 'owner-in-body', 'owner-in-query'])
        expect(tried).toContain(caller)
    },
  )

  it.for(everywhere)(
    '$framework: “$fault” is found on $route, and nothing on any other',
    async ({ framework, fault, route }, { expect }) => {
      const { routes } = await proveLedger(framework, fault)
      const found = routes.filter(({ findings }) => findings.some(({ verdict }) => verdict === 'breach'))
      expect(found.map((each) => each.route)).toEqual([route])
      const [breach] = found.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === 'breach'))
      expect(breach?.request?.url).toContain('http://127.0.0.1:')
    },
  )
})
