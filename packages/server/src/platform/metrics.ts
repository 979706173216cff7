/** The server's metrics; `render` returns them in Prometheus' text format. */
export interface Metrics {
  /** A request that was answered. `route` is the pattern, never the path: ids would make endless series. */
  answered(method: string, route: string, status: number, seconds: number): void
  /** A refusal, by its stable reason. */
  refused(reason: string): void
  /** A sign-in that succeeded or failed. */
  signIn(outcome: 'succeeded' | 'failed' | 'throttled'): void
  /** An attempt to sign in with a password that is being tried at many accounts. */
  sprayed(): void
  /** An attempt to send a message, by its outcome. */
  mail(outcome: 'sent' | 'deferred' | 'refused' | 'unreachable'): void
  /** A new password that was looked up in the list of breached ones, by its outcome. */
  breachedPassword(outcome: 'breached' | 'clear' | 'unchecked'): void
  /** Registers a number that is read when asked for. */
  gauge(name: string, help: string, read: () => number): void
  readonly contentType: string
  render(): Promise<string>
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  answered: () => undefined,
  refused: () => undefined,
  signIn: () => undefined,
  sprayed: () => undefined,
  mail: () => undefined,
  breachedPassword: () => undefined,
  gauge: () => undefined,
  contentType: 'text/plain',
  render: () => Promise.resolve(''),
}
