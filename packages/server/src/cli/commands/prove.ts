import { main } from '@gatehouse/prove'
import type { Terminal } from '../terminal.ts'

/** `gatehouse prove …`: passes everything on to @gatehouse/prove and returns the exit code. */
export function prove(args: readonly string[], { print, note, interactive }: Terminal): Promise<number> {
  const writer = (
    line: (text: string) => void,
    isTTY: boolean,
  ): { write(text: string): void; isTTY: boolean } => ({
    // a terminal ends its lines itself; a progress line is not one, and goes out as it is
    write: (text) => (text.endsWith('\n') ? line(text.slice(0, -1)) : void process.stderr.write(text)),
    isTTY,
  })
  return main(args, {
    stdout: writer(print, interactive),
    stderr: writer(note, process.stderr.isTTY === true),
    folder: process.cwd(),
  })
}
