import { expect, it } from 'vitest'
import { createMetrics } from './prometheus.ts'

it('counts answers, refusals and sign-ins in the text format of Prometheus', async () => {
  const metrics = createMetrics()
  let waiting = 0
  metrics.gauge('hash_queue', 'Sign-ins that wait.', () => waiting)
  metrics.answered('GET', '/users/:userId', 403, 0.002)
  metrics.refused('insufficient_scope')
  metrics.refused('insufficient_scope')
  metrics.signIn('failed')
  waiting = 7
  const lines = (await metrics.render()).split('\n')
  expect(lines).toContain('gatehouse_refusals_total{reason="insufficient_scope"} 2')
  expect(lines).toContain('gatehouse_sign_ins_total{outcome="failed"} 1')
  expect(lines).toContain('gatehouse_hash_queue 7')
  expect(lines).toContain(
    'gatehouse_http_request_duration_seconds_bucket{le="0.005",method="GET",route="/users/:userId",status="403"} 1',
  )
})

it('keeps the numbers of two servers in one process apart', async () => {
  const [one, two] = [createMetrics(), createMetrics()]
  one.signIn('succeeded')
  expect(await two.render()).not.toContain('outcome="succeeded"')
})
