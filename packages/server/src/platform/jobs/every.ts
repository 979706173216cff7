import type { Logger } from '../log.ts'
import type { Wake } from './wake.ts'

export interface Job {
  readonly name: string
  /** Milliseconds between the end of one run and the start of the next. */
  readonly everyMs: number
  /** Starts a run before its time; during a run, another one right after it. */
  readonly wokenBy?: Wake | undefined
  /** @param stopping is aborted when the jobs are stopped */
  run(stopping: AbortSignal): Promise<void>
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

function repeat({ name, everyMs, wokenBy, run }: Job, log: Logger): () => Promise<void> {
  const stopping = new AbortController()
  let underWay: Promise<void> | undefined
  let woken = false
  let timer: NodeJS.Timeout

  const turn = (): void => {
    clearTimeout(timer)
    woken = false
    underWay = run(stopping.signal)
      .catch((error: unknown) => log.error({ err: error, job: name }, 'job failed'))
      .then(plan)
  }
  const plan = (): void => {
    underWay = undefined
    if (stopping.signal.aborted) return
    if (woken) turn()
    else timer = setTimeout(turn, everyMs).unref()
  }
  const deaf = wokenBy?.listen(() => {
    woken = true
    if (underWay === undefined && !stopping.signal.aborted) turn()
  })
  plan()
  return async () => {
    stopping.abort()
    deaf?.()
    clearTimeout(timer)
    await underWay
  }
}
