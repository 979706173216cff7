import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { closest } from '@gatehouse/guard/option-names'
import { ProveSetupError } from './config.ts'
import { configFile, readConfig, refuseExisting, writeConfig } from './config-file.ts'
import { initialConfig } from './init.ts'
import { listRoutes } from './list-routes.ts'
import { readManifest } from './plan/manifest.ts'
import { prove } from './prove.ts'
import { badge } from './report/badge.ts'
import { html } from './report/html.ts'
import { junit } from './report/junit.ts'
import { exitCode } from './report/report.ts'
import { sarif } from './report/sarif.ts'
import { terminal } from './report/terminal.ts'
import { Interrupted, interruptible } from './run/interruption.ts'

/** The text of `--help`, for the command by which the prover was started. */
export const help = (
  program: string,
): string => `${program}: attacks a running API as every kind of caller, and shows which rules hold

  ${program} [options] -- COMMAND…    starts the application with COMMAND, against an issuer of the prover's own
  ${program} [options]                attacks a running one whose routes a --manifest or an --openapi document lists
  ${program} --init [-- COMMAND…]     writes a first prove.config.ts for the application's routes (or a --manifest's)

  --config FILE     the configuration, a .ts, .mjs or .js file; prove.config.ts, .mjs or .js by default
  --base URL        where the application listens, instead of the configuration's \`base\`
  --manifest FILE   the manifest of an application that runs already
  --against FILE    compares the application's routes with this manifest; exit code 1 where a change opens something
  --openapi WHERE   an OpenAPI document, as a file or an address below the base: for APIs in any language
  --html FILE       writes the report as one self-contained page
  --junit FILE      writes the report as JUnit XML
  --sarif FILE      writes the report as SARIF 2.1.0, for code scanning
  --badge FILE      writes what a badge says, as JSON for an endpoint of shields.io
  --json            prints the report as JSON
  --anywhere        lets the base address be another machine than this one
  --help            prints this text

Exit code 0: every rule was proven. 1: a caller got in who is not allowed, or a change opens something. 2: something
could not be shown, or the run could not begin.
`

/** The streams and the folder that a run works with. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly folder: string
  /** How messages call the command; `gatehouse prove` by default. */
  readonly program?: string
}

/** Runs the command line; returns the exit code. SIGINT and SIGTERM end the run and the application that it started. */
export async function main(parameters: readonly string[], given: Terminal): Promise<number> {
  const program = given.program ?? 'gatehouse prove'
  try {
    return await interruptible((signal) => run(parameters, { ...given, program }, signal))
  } catch (error) {
    if (error instanceof Interrupted) {
      given.stderr.write(`${program}: ${error.message}\n`)
      return error.exitCode
    }
    if (!(error instanceof ProveSetupError) && !isUsageError(error)) throw error
    given.stderr.write(`${program}: ${error.message}\n`)
    return 2
  }
}

const flags = {
  config: { type: 'string' },
  base: { type: 'string' },
  manifest: { type: 'string' },
  against: { type: 'string' },
  openapi: { type: 'string' },
  html: { type: 'string' },
  junit: { type: 'string' },
  sarif: { type: 'string' },
  badge: { type: 'string' },
  json: { type: 'boolean', default: false },
  anywhere: { type: 'boolean', default: false },
  init: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** Names every unknown flag at once, where parseArgs would stop at the first. */
function requireKnownFlags(args: string[]): void {
  const { tokens } = parseArgs({ args, options: flags, strict: false, tokens: true })
  const unknown = tokens.flatMap((token) =>
    token.kind === 'option' && !Object.hasOwn(flags, token.name) ? [token] : [],
  )
  if (unknown.length === 0) return
  const lines = unknown.map(({ name, rawName }) => {
    const meant = closest(name, Object.keys(flags))
    return `${rawName} is not an option.${meant === undefined ? '' : ` Did you mean --${meant}?`}`
  })
  throw new ProveSetupError(`${lines.join(' ')} --help lists them all.`)
}

async function run(
  parameters: readonly string[],
  terminalOf: Terminal & { readonly program: string },
  signal: AbortSignal,
): Promise<0 | 1 | 2> {
  const { stdout, stderr, folder, program } = terminalOf
  const split = parameters.indexOf('--')
  const command = split === -1 ? [] : parameters.slice(split + 1)
  const args = [...(split === -1 ? parameters : parameters.slice(0, split))]
  requireKnownFlags(args)
  const { values } = parseArgs({ args, options: flags })
  if (values.help) {
    stdout.write(help(program))
    return 0
  }
  const file = await configFile(folder, values.config)
  if (values.init) {
    await init(file, command, { ...values, folder, signal })
    stdout.write(`Wrote ${file}. Say there where the application listens and how its resources are made.\n`)
    return 0
  }
  const config = await readConfig(file, values, program)
  if (command.length === 0 && values.manifest === undefined && config.openapi === undefined) {
    throw new ProveSetupError(
      `Say how to start the application (${program} -- npm start), or give --manifest or --openapi.`,
    )
  }
  const progress = progressLine(stderr, values.json)
  const { GATEHOUSE_PROVE_NONCE: nonce } = process.env
  const report = await prove({
    config,
    folder,
    signal,
    ...(nonce === undefined ? {} : { nonce }),
    ...(command.length === 0 ? {} : { command }),
    ...(values.manifest === undefined ? {} : { manifest: resolve(folder, values.manifest) }),
    ...(values.against === undefined ? {} : { against: resolve(folder, values.against) }),
    onProgress: progress.show,
  })
  progress.clear()
  for (const [name, write] of Object.entries({ html, junit, sarif, badge })) {
    const file = values[name as 'html' | 'junit' | 'sarif' | 'badge']
    if (file !== undefined) await writeFile(resolve(folder, file), write(report))
  }
  stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : terminal(report, stdout.isTTY === true))
  return exitCode(report)
}

interface InitOptions {
  readonly manifest?: string | undefined
  readonly base?: string | undefined
  readonly folder: string
  readonly signal: AbortSignal
}

async function init(
  file: string,
  command: readonly string[],
  { manifest: path, base, folder, signal }: InitOptions,
): Promise<void> {
  // before anything is started for nothing
  await refuseExisting(file)
  const given = path === undefined ? undefined : await readManifest(resolve(folder, path))
  if (path !== undefined && given === undefined) throw new ProveSetupError(`No manifest at ${path}.`)
  const manifest = command.length > 0 ? await listRoutes(command, { signal }) : given
  await writeConfig(file, initialConfig(manifest, base, extname(file) === '.ts'))
}

function progressLine(
  stderr: Terminal['stderr'],
  quiet: boolean,
): { show: (done: number, all: number) => void; clear: () => void } {
  if (quiet || stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined }
  return {
    show: (done, all) => void stderr.write(`\r${bar(done / Math.max(1, all))} ${done} of ${all} calls`),
    clear: () => void stderr.write('\r\u001b[K'),
  }
}

const barWidth = 24

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * barWidth)
  return `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`
}

/** What parseArgs throws for a flag that does not exist. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
