import type { Logger } from '../log.ts'

export interface Job {
  readonly name: string
  /** Milliseconds between the end of one run and the start of the next. */
  readonly everyMs: number
  run(): Promise<void>
}

/**
 * Runs jobs again and again, each never beside itself; a run that fails is logged and tried at the next turn. Timers do
 * not keep the process. Instances run them side by side, so that each job must bear that.
 *
 * @returns stops them and waits for the runs under way
 */
export function runJobs(jobs: readonly Job[], log: Logger): () => Promise<void> {
  const stops = jobs.map((job) => repeat(job, log))
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

function repeat({ name, everyMs, run }: Job, log: Logger): () => Promise<void> {
  let stopped = false
  let underWay: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout

  const turn = (): void => {
    underWay = run()
      .catch((error: unknown) => log.error({ err: error, job: name }, 'job failed'))
      .then(plan)
  }
  const plan = (): void => {
    if (stopped) return
    timer = setTimeout(turn, everyMs).unref()
  }
  plan()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await underWay
  }
}
