import type { Command } from 'commander'
import type { Actor, Context } from '../context.ts'
import type { Terminal } from './terminal.ts'

/** A user who can run commands on the database's machine may do everything. */
export const system: Actor = { kind: 'system' }

/** The result of a command: data for programs, text for people. */
export interface Result {
  readonly json: unknown
  readonly text: string
  /** Whether the result is bad news: the exit code is 1 then. */
  readonly failed?: boolean
}

/** What a command that a capability brings is made with. */
export interface CommandTools {
  readonly terminal: Terminal
  /**
   * Defines a command that works on the database: it opens and migrates it, runs `work` with the command's arguments
   * and options, prints the result (as JSON unless the output is a terminal, or with `--json`) unless it has printed all by itself, and closes everything.
   *
   * It creates no SQLite file: a mistyped folder would look like an empty server.
   */
  databaseCommand<Args extends unknown[]>(
    command: Command,
    work: (ctx: Context, ...args: Args) => Promise<Result | undefined>,
  ): void
}

/** A group of commands: `gatehouse <name> …`. Several capabilities may add to one; the lowest of them has the summary. */
export interface CommandGroup {
  readonly name: string
  readonly summary?: string
  /** Loads the definitions, which only a command line of this group needs. */
  load(): Promise<{ define(command: Command, tools: CommandTools): void }>
}
