import { createHash } from 'node:crypto'
import type { Names } from '@gatehouse/guard/option-names'
import { compareManifests } from './against.ts'
import { checkConfig, checkEntries, requireKnown } from './check-config.ts'
import { type ProveConfig, ProveSetupError } from './config.ts'
import { type OpenApiDocument, readOpenApi } from './openapi/document.ts'
import { withHints } from './openapi/hints.ts'
import { manifestOf } from './openapi/manifest-of.ts'
import { type Manifest, type ManifestRoute, nameOf, readManifest } from './plan/manifest.ts'
import { plan } from './plan/plan.ts'
import { count, type Report, type RouteReport } from './report/report.ts'
import { baseAddress } from './run/address.ts'
import { type Application, assertFree, untilListening } from './run/application.ts'
import { type Attacked, attack } from './run/attack.ts'
import { withSetting } from './run/started.ts'
import type { TokenMaker } from './run/token-maker.ts'
import { type Finding, withGuardOnly } from './verdict.ts'
import { ownVersion } from './version.ts'

export interface ProveOptions {
  readonly config: ProveConfig
  /** The command that starts the application; undefined for one that runs already. */
  readonly command?: readonly string[]
  /** A manifest file, for an application that runs already. */
  readonly manifest?: string
  /** A manifest file to compare the application's routes with; it is never written to. */
  readonly against?: string
  /** The GATEHOUSE_PROVE_NONCE that an application which runs already was started with: it reports its decisions then. */
  readonly nonce?: string
  /** Where relative paths of the configuration begin; the current folder by default. */
  readonly folder?: string
  /** Ends the run and the application that it started; the promise rejects then. */
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, all: number) => void
}

const optionNames: Names<ProveOptions> = {
  config: true,
  command: true,
  manifest: true,
  against: true,
  nonce: true,
  folder: true,
  signal: true,
  onProgress: true,
}

/**
 * Proves an application's rules: starts it against an issuer of our own, reads its manifest, calls every route as every
 * kind of caller, and reports what each of them got.
 *
 * @throws ProveSetupError (`prove_setup`) when it cannot begin: an option or the configuration is wrong, the application does
 *   not start, or writes no manifest
 * @example
 * const report = await prove({ config, command: ['npm', 'start'] })
 * if (exitCode(report) !== 0) console.error(terminal(report, true))
 */
export async function prove(options: ProveOptions): Promise<Report> {
  requireKnown('prove', options, optionNames)
  const { config, command, signal } = options
  checkConfig(config, 'prove: config')
  const base = baseAddress(config.base, config.anywhere === true)
  return withSetting({ config, base, signal }, async ({ tokens, nonce, manifest: own, start }) => {
    let application: Application | undefined
    if (command !== undefined) {
      await assertFree(base)
      application = start(command)
    }
    const before = options.against === undefined ? undefined : await committedAt(options.against)
    await untilListening(application, base, config.readySeconds ?? 30)
    const where = config.openapi
    const document =
      where === undefined ? undefined : await readOpenApi(where, base, options.folder ?? process.cwd())
    const manifest = await manifestAt(options.manifest ?? own, command !== undefined, document)
    checkEntries(config, manifest.routes)
    const report = await run(
      manifest,
      { ...options, config: document === undefined ? config : withHints(config, document) },
      { base, tokens, nonce: command === undefined ? options.nonce : nonce, signal },
    )
    return before === undefined ? report : { ...report, against: compareManifests(before, manifest) }
  })
}

/** The manifest that the application wrote; for one in another language, what its OpenAPI document says. */
async function manifestAt(
  path: string,
  started: boolean,
  document: OpenApiDocument | undefined,
): Promise<Manifest> {
  const manifest = await readManifest(path)
  if (manifest !== undefined) return manifest
  if (document !== undefined) return manifestOf(document)
  throw new ProveSetupError(
    started
      ? 'The application listens, but wrote no manifest: call `await guard.seal(app)` before it listens.'
      : `No manifest at ${path}: start the application with GATEHOUSE_MANIFEST=${path} once.`,
  )
}

async function committedAt(path: string): Promise<Manifest> {
  const manifest = await readManifest(path)
  if (manifest === undefined) throw new ProveSetupError(`No manifest at ${path} to compare with.`)
  return manifest
}

async function run(
  manifest: Manifest,
  { config, command, onProgress = () => undefined }: ProveOptions,
  parts: {
    base: URL
    tokens: TokenMaker
    nonce: string | undefined
    signal: AbortSignal | undefined
  },
): Promise<Report> {
  const startedAt = new Date()
  const began = performance.now()
  // CONNECT opens a tunnel: HTTP clients ask proxies alone for it, and servers hang up on anybody else
  const all = manifest.routes.filter(({ method }) => method !== 'CONNECT')
  const attacked = await attack(plan(all, config), { config, routes: all, onProgress, ...parts })
  const byRoute = Map.groupBy(attacked.findings, ({ route }) => route)
  const routes = all.map((route) => routeReport(route, byRoute.get(nameOf(route)) ?? []))
  return {
    version: 1,
    application: command?.join(' ') ?? parts.base.origin,
    base: parts.base.origin,
    startedAt: startedAt.toISOString(),
    milliseconds: Math.round(performance.now() - began),
    counts: count(routes),
    evidence: { manifest: digestOf(manifest), prove: ownVersion(), node: process.versions.node },
    remarks: remarksOf(attacked, config),
    routes,
  }
}

/** The digest of what the rules are, apart from where they stand in the source. */
function digestOf({ routes }: Manifest): string {
  const rules = routes
    .map(({ method, path, kind, rules, reason }) => JSON.stringify([method, path, kind, rules, reason]))
    .sort()
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex')
}

function routeReport(route: ManifestRoute, found: readonly Finding[]): RouteReport {
  const findings = withGuardOnly(found)
  const breached = findings.some(({ verdict }) => verdict === 'breach')
  // what the declarations say is no comfort where the route turned out to be open
  const notes = route.notes.filter((note) => !(breached && note.includes('has no effect here')))
  return { route: nameOf(route), rule: route.printed, source: route.source, notes, findings }
}

function remarksOf({ findings, failures }: Attacked, config: ProveConfig): string[] {
  const held = findings.filter(({ verdict }) => verdict === 'held')
  const remarks = [...failures].map(
    ([which, reason]) => `${which[0]?.toUpperCase()}${which.slice(1)}: ${reason}`,
  )
  if (config.disposable !== true) {
    remarks.push(
      'No route that writes was tried. Set `disposable: true` in prove.config.ts once the application runs on data that may be spoiled.',
    )
  }
  const admitted = held.some(({ expected, caller }) => expected === 'let in' && caller !== 'nobody')
  const due = findings.some(({ expected, caller }) => expected === 'let in' && caller === 'who-may')
  if (due && !admitted) {
    remarks.push(
      'No caller was let in on any route. An `issuer` or `audience` in code takes precedence over the environment: let `createGuard()` read both from GATEHOUSE_ISSUER and GATEHOUSE_AUDIENCE, as a run needs.',
    )
  }
  return remarks
}
