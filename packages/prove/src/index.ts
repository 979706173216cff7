export type { RouteChange } from './against.ts'
export { type CallerKind, callerKinds } from './callers.ts'
export { help, main, type Terminal } from './cli.ts'
export {
  type Body,
  defineConfig,
  type OwnerApi,
  type Parameters,
  type Person,
  type ProveConfig,
  ProveSetupError,
  type Recipe,
  type Things,
} from './config.ts'
export { configIn } from './config-file.ts'
export { type ListRoutesOptions, listRoutes } from './list-routes.ts'
export type { Manifest, ManifestRoute, ManifestRule } from './plan/manifest.ts'
export type { Persona } from './plan/persona.ts'
export { type ProveOptions, prove } from './prove.ts'
export { badge } from './report/badge.ts'
export { html } from './report/html.ts'
export { junit } from './report/junit.ts'
export { type Evidence, exitCode, type Report, type RouteReport } from './report/report.ts'
export { sarif } from './report/sarif.ts'
export { terminal } from './report/terminal.ts'
export { Interrupted, interruptible } from './run/interruption.ts'
export type { CallerHeaders, TokenContext, TokenMaker } from './run/token-maker.ts'
export type { Expectation, Finding, SentRequest, Verdict } from './verdict.ts'
