import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** The flag of destructive commands that skips the question. */
export const yesFlag = ['--yes', 'do not ask for confirmation; required without a terminal'] as const

/**
 * Asks for confirmation; anything but yes is no.
 *
 * @throws UsageError without a terminal, Error when the answer is no
 */
export async function confirm(terminal: Terminal, question: string, yes: boolean): Promise<void> {
  if (yes) return
  const answer = await terminal.ask(`${question} [y/N] `)
  if (answer === undefined) {
    throw new UsageError(
      `${question} There is no terminal to ask on; pass --yes to confirm. Nothing was changed.`,
    )
  }
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new Error('Nothing was changed.')
}

/**
 * The password for an account, from standard input or typed twice.
 *
 * @throws UsageError without either, or if the two differ
 */
export async function newPassword(terminal: Terminal, fromInput: boolean): Promise<string> {
  if (fromInput) {
    // `echo` adds a line end, which is not part of the password
    const password = (await terminal.readAll()).replace(/\r?\n$/, '')
    if (password === '') throw new UsageError('Standard input is empty. Pipe the password in.')
    return password
  }
  const password = await terminal.askSecret('Password: ')
  if (password === undefined) {
    throw new UsageError('There is no terminal to ask for the password on. Pipe it in with --password-stdin.')
  }
  if ((await terminal.askSecret('Repeat the password: ')) !== password)
    throw new UsageError('The passwords do not match. Nothing was changed.')
  return password
}
