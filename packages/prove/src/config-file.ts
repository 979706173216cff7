import { access, writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkConfig } from './check-config.ts'
import { type ProveConfig, ProveSetupError } from './config.ts'

/** Where a configuration is looked for, in this order. */
const names = ['prove.config.ts', 'prove.config.mjs', 'prove.config.js'] as const
const endings: readonly string[] = names.map((name) => extname(name))

/** The configuration that was named, or the first one in the folder, or where a first one would be. */
export async function configFile(folder: string, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    if (!endings.includes(extname(named)))
      throw new ProveSetupError(`--config takes a file that ends in ${endings.join(', ')}, not ${named}.`)
    return resolve(folder, named)
  }
  for (const name of names) if (await isThere(resolve(folder, name))) return resolve(folder, name)
  return resolve(folder, names[0])
}

/** What flags add to a configuration file, or put in its place. */
export interface Overrides {
  readonly base?: string | undefined
  readonly openapi?: string | undefined
  readonly anywhere: boolean
}

/**
 * Reads a configuration file with what flags say instead.
 *
 * @throws ProveSetupError (`prove_setup`) when there is neither a file nor a `base`, or something in the file is wrong
 */
export async function readConfig(
  file: string,
  { base, openapi, anywhere }: Overrides,
  program: string,
): Promise<ProveConfig> {
  const exists = await isThere(file)
  if (!exists && base === undefined)
    throw new ProveSetupError(`No ${file}: \`${program} --init\` writes a first one, or give --base.`)
  const loaded = exists ? await load(file) : {}
  checkConfig(loaded, file)
  const config = {
    ...loaded,
    ...(base === undefined ? {} : { base }),
    ...(openapi === undefined ? {} : { openapi }),
    ...(anywhere ? { anywhere } : {}),
  }
  if (!('base' in config) || typeof config.base !== 'string')
    throw new ProveSetupError(`${file} does not say where the application listens: set \`base\`.`)
  return config as ProveConfig
}

/** The configuration of a folder; undefined where there is none. */
export async function configIn(folder: string): Promise<Partial<ProveConfig> | undefined> {
  const file = await configFile(folder, undefined)
  return (await isThere(file)) ? load(file) : undefined
}

/**
 * Writes a first configuration.
 *
 * @throws ProveSetupError (`prove_setup`) where there is a file already
 */
export async function writeConfig(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') throw alreadyThere(file)
    throw cause
  }
}

/** @throws ProveSetupError (`prove_setup`) where there is a file already */
export async function refuseExisting(file: string): Promise<void> {
  if (await isThere(file)) throw alreadyThere(file)
}

const alreadyThere = (file: string): ProveSetupError =>
  new ProveSetupError(`${file} exists already; nothing was written.`)

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
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ProveSetupError(`Cannot load ${file}: ${reason}`, { cause })
  }
  const config =
    typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : undefined
  if (typeof config !== 'object' || config === null)
    throw new ProveSetupError(`${file} has no default export: \`export default defineConfig({ … })\`.`)
  return config
}
