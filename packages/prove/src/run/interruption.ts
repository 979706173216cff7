import { constants } from 'node:os'

/** A signal ended the work; what was started for it has ended, too. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** As shells number it: 130 for SIGINT. */
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Does work that a first SIGINT, SIGTERM or SIGHUP ends in good order; a second one ends the process as ever.
 *
 * @throws Interrupted once the work has ended because of a signal
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController()
  let heard: NodeJS.Signals | undefined
  const end = (signal: NodeJS.Signals): void => {
    heard = signal
    interruption.abort()
  }
  for (const signal of endingSignals) process.once(signal, end)
  try {
    return await work(interruption.signal)
  } catch (error) {
    throw heard === undefined ? error : new Interrupted(heard)
  } finally {
    for (const signal of endingSignals) process.off(signal, end)
  }
}
