import { access, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { closest } from '@gatehouse/guard/option-names'
import { checkConfig, type ProveConfig, ProveSetupError } from './config.ts'
import { initialConfig } from './init.ts'
import { listRoutes } from './list-routes.ts'
import { readManifest } from './plan/manifest.ts'
import { prove } from './prove.ts'
import { html } from './report/html.ts'
import { junit } from './report/junit.ts'
import { exitCode } from './report/report.ts'
import { terminal } from './report/terminal.ts'
import { Interrupted, interruptible } from './run/interruption.ts'

export const help = `gatehouse prove: attacks a running API as every kind of caller, and shows which rules hold

  gatehouse prove [options] -- COMMAND…    starts the application with COMMAND, against an issuer of the prover's own
  gatehouse prove [options]                attacks one that runs already (with --manifest)
  gatehouse prove [options]                … or of which an OpenAPI document tells (with --openapi)
  gatehouse prove --init [-- COMMAND…]     writes a first prove.config.ts, with a place for all that the application's
                                           routes need (or those of a --manifest)

  --config FILE     the configuration; prove.config.ts by default
  --base URL        where the application listens, instead of the configuration's \`base\`
  --manifest FILE   the manifest of an application that runs already
  --openapi WHERE   an OpenAPI document, as a file or an address below the base: for APIs in any language
  --html FILE       writes the report as one self-contained page
  --junit FILE      writes the report as JUnit XML
  --json            prints the report as JSON
  --anywhere        lets the base address be another machine than this one
  --help            prints this

Exit code 0: every rule was proven. 1: somebody got in who may not. 2: something could not be shown, or the run could
not begin.
`

/** The streams and the folder that a run works with. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean }
  readonly folder: string
}

/** Runs the command line; returns the exit code. SIGINT and SIGTERM end the run and the application that it started. */
export async function main(
  parameters: readonly string[],
  { stdout, stderr, folder }: Terminal,
): Promise<number> {
  try {
    return await interruptible((signal) => run(parameters, { stdout, stderr, folder }, signal))
  } catch (error) {
    if (error instanceof Interrupted) {
      stderr.write(`gatehouse prove: ${error.message}\n`)
      return error.exitCode
    }
    if (!(error instanceof ProveSetupError) && !isUsageError(error)) throw error
    stderr.write(`gatehouse prove: ${error.message}\n`)
    return 2
  }
}

const flags = {
  config: { type: 'string' },
  base: { type: 'string' },
  manifest: { type: 'string' },
  openapi: { type: 'string' },
  html: { type: 'string' },
  junit: { type: 'string' },
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
  { stdout, stderr, folder }: Terminal,
  signal: AbortSignal,
): Promise<0 | 1 | 2> {
  const split = parameters.indexOf('--')
  const command = split === -1 ? [] : parameters.slice(split + 1)
  const args = [...(split === -1 ? parameters : parameters.slice(0, split))]
  requireKnownFlags(args)
  const { values } = parseArgs({ args, options: flags })
  if (values.help) {
    stdout.write(help)
    return 0
  }
  const file = resolve(folder, values.config ?? 'prove.config.ts')
  if (values.init) {
    // before anything is started for nothing
    if (await isThere(file)) throw alreadyThere(file)
    const manifest =
      command.length > 0
        ? await listRoutes(command, { signal })
        : values.manifest === undefined
          ? undefined
          : await readManifest(resolve(folder, values.manifest))
    if (values.manifest !== undefined && manifest === undefined)
      throw new ProveSetupError(`There is no manifest at ${values.manifest}.`)
    await writeInitial(file, initialConfig(manifest, values.base))
    stdout.write(`Wrote ${file}. Say there where the application listens and how its resources are made.\n`)
    return 0
  }
  const config = await readConfig(file, values)
  if (command.length === 0 && values.manifest === undefined && config.openapi === undefined) {
    throw new ProveSetupError(
      'Say how to start the application (gatehouse prove -- npm start), or give --manifest or --openapi.',
    )
  }
  const progress = progressLine(stderr, values.json)
  const report = await prove({
    config,
    folder,
    signal,
    ...(process.env['GATEHOUSE_PROVE_NONCE'] === undefined
      ? {}
      : { nonce: process.env['GATEHOUSE_PROVE_NONCE'] }),
    ...(command.length === 0 ? {} : { command }),
    ...(values.manifest === undefined ? {} : { manifest: resolve(folder, values.manifest) }),
    onProgress: progress.show,
  })
  progress.clear()
  if (values.html !== undefined) await writeFile(resolve(folder, values.html), html(report))
  if (values.junit !== undefined) await writeFile(resolve(folder, values.junit), junit(report))
  stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : terminal(report, stdout.isTTY === true))
  return exitCode(report)
}

interface Given {
  readonly base?: string | undefined
  readonly openapi?: string | undefined
  readonly anywhere: boolean
}

async function readConfig(file: string, { base, openapi, anywhere }: Given): Promise<ProveConfig> {
  const exists = await isThere(file)
  if (!exists && base === undefined) {
    throw new ProveSetupError(
      `There is no ${file}; \`gatehouse prove --init\` writes a first one, or give --base.`,
    )
  }
  const loaded = exists ? await load(file) : {}
  checkConfig(loaded, file)
  const config = {
    ...loaded,
    ...(base === undefined ? {} : { base }),
    ...(openapi === undefined ? {} : { openapi }),
    ...(anywhere ? { anywhere } : {}),
  }
  if (!('base' in config) || typeof config.base !== 'string') {
    throw new ProveSetupError(`${file} does not say where the application listens: set \`base\`.`)
  }
  return config as ProveConfig
}

/** The `prove.config.ts` of a folder; undefined where there is none. */
export async function configIn(folder: string): Promise<Partial<ProveConfig> | undefined> {
  const file = resolve(folder, 'prove.config.ts')
  return (await isThere(file)) ? load(file) : undefined
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

async function load(file: string): Promise<object> {
  let exported: unknown
  try {
    exported = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new ProveSetupError(
      `${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
  const config =
    typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : undefined
  if (typeof config !== 'object' || config === null) {
    throw new ProveSetupError(`${file} has no default export: \`export default defineConfig({ … })\`.`)
  }
  return config
}

async function writeInitial(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw alreadyThere(file)
    }
    throw cause
  }
}

const alreadyThere = (file: string): ProveSetupError =>
  new ProveSetupError(`${file} is there already; nothing was written.`)

function progressLine(
  stderr: Terminal['stderr'],
  quiet: boolean,
): { show: (done: number, all: number) => void; clear: () => void } {
  if (quiet || stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined }
  return {
    show: (done, all) => void stderr.write(`\r${done} of ${all} calls`),
    clear: () => void stderr.write('\r\u001b[K'),
  }
}

/** What parseArgs throws for a flag that does not exist. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
