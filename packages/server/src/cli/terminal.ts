import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** What a command reads from and writes to; given, so that tests hold it. */
export interface Terminal {
  /** The environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether a person reads what is printed. */
  readonly interactive: boolean
  /** Writes a result, with a line end. */
  print(line: string): void
  /** Tells the person something that is no part of the result. */
  note(line: string): void
  /** Everything that comes in on standard input. */
  readAll(): Promise<string>
  /** Asks a question; undefined where there is nobody to ask. */
  ask(question: string): Promise<string | undefined>
  /** Asks for a secret, without echo; undefined where there is nobody to ask. */
  askSecret(question: string): Promise<string | undefined>
}

/** The terminal, or the pipes, that this process was started with. */
export const processTerminal: Terminal = {
  environment: process.env,
  interactive: process.stdout.isTTY === true,
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  readAll: () => text(process.stdin),
  ask: (question) => readLine(question, true),
  askSecret: (question) => readLine(question, false),
}

/** One line that a person types. An empty one where they end their input (Ctrl-D) instead. */
async function readLine(question: string, echo: boolean): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined
  // readline edits the line (backspace works) and, for a secret, writes what is typed nowhere
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
