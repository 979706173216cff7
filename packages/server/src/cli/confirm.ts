import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** Gives a command that destroys something the flag that goes on without a question. */
export const yesFlag = ['--yes', 'do not ask; needed where there is no terminal to ask on'] as const

/**
 * Asks a person whether to go on; anything but yes is no.
 *
 * @throws UsageError where there is nobody to ask, Error when the answer is no
 */
export async function confirm(terminal: Terminal, question: string, yes: boolean): Promise<void> {
  if (yes) return
  const answer = await terminal.ask(`${question} [y/N] `)
  if (answer === undefined) {
    throw new UsageError(`${question} There is no terminal to ask on: --yes goes on. Nothing was changed.`)
  }
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new Error('Nothing was changed.')
}
