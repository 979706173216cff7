export { type ManifestRule, printManifestRule } from '../policy/rules/index.ts'
export {
  type Manifest,
  type ManifestMiddleware,
  type ManifestRoute,
  manifestSchema,
  manifestVersion,
} from './manifest.ts'
export { ManifestError, readManifest } from './manifest-file.ts'
export { printRoutes } from './print-routes.ts'
export type { Source } from './source.ts'
