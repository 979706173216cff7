import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the server counts; `render` gives Prometheus' text format. */
export interface Metrics {
  /** A request that was answered. `route` is the pattern, never the path: ids would make endless series. */
  answered(method: string, route: string, status: number, seconds: number): void
  /** A refusal, by its stable reason. */
  refused(reason: string): void
  /** A sign-in that succeeded or failed. */
  signIn(outcome: 'succeeded' | 'failed' | 'throttled'): void
  /** Registers a number that is read when asked for. */
  gauge(name: string, help: string, read: () => number): void
  readonly contentType: string
  render(): Promise<string>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'gatehouse_' })
  const registers = [registry]
  const requests = new Histogram({
    name: 'gatehouse_http_request_duration_seconds',
    help: 'Time to answer a request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  })
  const refusals = new Counter({
    name: 'gatehouse_refusals_total',
    help: 'Requests that a rule refused.',
    labelNames: ['reason'],
    registers,
  })
  const signIns = new Counter({
    name: 'gatehouse_sign_ins_total',
    help: 'Attempts to sign in.',
    labelNames: ['outcome'],
    registers,
  })
  return {
    answered: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    refused: (reason) => refusals.inc({ reason }),
    signIn: (outcome) => signIns.inc({ outcome }),
    gauge(name, help, read) {
      new Gauge({
        name: `gatehouse_${name}`,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  }
}

/** Counts nothing: for an embedded server whose host has metrics of its own, and for tests. */
export const noMetrics: Metrics = {
  answered: () => undefined,
  refused: () => undefined,
  signIn: () => undefined,
  gauge: () => undefined,
  contentType: 'text/plain',
  render: () => Promise.resolve(''),
}
