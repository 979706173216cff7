import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/**
 * The password for an account: what comes by standard input, or what a person types twice.
 *
 * @throws UsageError when there is neither, or the two differ
 */
export async function newPassword(terminal: Terminal, fromInput: boolean): Promise<string> {
  if (fromInput) {
    // `echo` ends the line; that is no part of the password
    const password = (await terminal.readAll()).replace(/\r?\n$/, '')
    if (password === '') throw new UsageError('Nothing came in on standard input: pipe the password in.')
    return password
  }
  const password = await terminal.askSecret('Password: ')
  if (password === undefined) {
    throw new UsageError(
      'There is no terminal to ask for the password on: pipe it in, with --password-stdin.',
    )
  }
  if ((await terminal.askSecret('The same again: ')) !== password)
    throw new UsageError('The two differ. Nothing was changed.')
  return password
}
