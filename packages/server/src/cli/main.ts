#!/usr/bin/env node
import { keepCompiledCode } from './compile-cache.ts'

keepCompiledCode()
// loaded only now: what was imported before would not be kept
const [{ runCommandLine }, { processTerminal }] = await Promise.all([
  import('./run.ts'),
  import('./terminal.ts'),
])
process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal)
