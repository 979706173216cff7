#!/usr/bin/env node
import { explain } from './failure.ts'
import { createProgram } from './program.ts'
import { processTerminal } from './terminal.ts'

try {
  await createProgram(processTerminal).parseAsync()
} catch (error) {
  const { code, lines } = explain(error)
  for (const line of lines) processTerminal.note(line)
  process.exitCode = code
}
