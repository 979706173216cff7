import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** What a command reads from and writes to; passed in, so that tests can replace it. */
export interface Terminal {
  /** The environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether the output is a terminal. */
  readonly interactive: boolean
  /** Writes a result, with a line end. */
  print(line: string): void
  /** Writes a message that is not part of the result. */
  note(line: string): void
  /** Writes a line that the next one replaces; absent where messages go to no terminal. */
  readonly status?: ((line: string) => void) | undefined
  /** Reads all of standard input. */
  readAll(): Promise<string>
  /** Asks a question; undefined without a terminal. */
  ask(question: string): Promise<string | undefined>
  /** Asks for a secret, without echo; undefined without a terminal. */
  askSecret(question: string): Promise<string | undefined>
}

/** The terminal, or the pipes, that this process was started with. */
export const processTerminal: Terminal = {
  environment: process.env,
  interactive: process.stdout.isTTY === true,
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  status:
    process.stderr.isTTY === true ? (line) => void process.stderr.write(`\r\u001b[K${line}`) : undefined,
  readAll: () => text(process.stdin),
  ask: (question) => readLine(question, true),
  askSecret: (question) => readLine(question, false),
}

/** Reads a typed line; empty if the input ends (Ctrl-D) instead. */
async function readLine(question: string, echo: boolean): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined
  // readline edits the line (backspace works) and, for a secret, echoes nothing
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
    output: echo ? process.stderr : nowhere,
    terminal: true,
  })
  const interrupted = new AbortController()
  lines.once('SIGINT', () => interrupted.abort())
  if (!echo) process.stderr.write(question)
  try {
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
    return await Promise.race([lines.question(echo ? question : '', { signal: interrupted.signal }), ended])
  } finally {
    lines.close()
    if (!echo) process.stderr.write('\n')
  }
}
