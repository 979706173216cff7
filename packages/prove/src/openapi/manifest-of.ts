import { printManifestRule } from '@gatehouse/guard/manifest'
import type { Manifest, ManifestRoute, ManifestRule } from '../plan/manifest.ts'
import { ownedIn } from '../plan/rules/index.ts'
import { asObject, type Json, type OpenApiDocument } from './document.ts'
import { type Operation, operations } from './operations.ts'

/**
 * The routes of an API with their allowed callers, from an OpenAPI document: `security` of the operation, else of the
 * document. Scopes are permissions; OpenAPI has no word for owners and roles, so an operation may add them as
 * `x-gatehouse: { own: userId }`, `{ role: admin }` or both (any of them lets a caller in), `{ shared: why }`.
 */
export function manifestOf(document: OpenApiDocument): Manifest {
  return {
    version: 1,
    framework: 'openapi',
    routes: operations(document).map((operation) => routeOf(operation, document)),
    middleware: [],
  }
}

function routeOf(operation: Operation, document: OpenApiDocument): ManifestRoute {
  const { method, path, parameters, object } = operation
  const extension = asObject(object['x-gatehouse'])
  const required = object['security'] ?? document.root['security'] ?? []
  const alternatives = (Array.isArray(required) ? required : []).map(asObject)
  const kind = kindOf(alternatives, extension)
  const guarded = kind === 'guarded' || kind === 'shared'
  const declared = extensionRules(extension)
  const rules = guarded ? (declared.length > 0 ? declared : alternatives.map(ruleOf)) : []
  const owned = ownedIn(declared).map(({ param }) => param)
  const notes = kind === 'guarded' && parameters.length > 0 && declared.length === 0 ? [reachesEvery] : []
  return {
    method,
    path,
    parameters,
    kind,
    rules,
    reason: guarded ? null : 'the document asks for no token',
    printed: guarded
      ? rules.map(printManifestRule).join(' or ')
      : kind === 'optional'
        ? 'anyone, with a token or without'
        : 'anyone',
    unmentioned: owned.length > 0 ? parameters.filter((name) => !owned.includes(name)) : [],
    source: null,
    notes,
  }
}

const reachesEvery = 'The document names no owner: an allowed caller reaches every id.'

function kindOf(alternatives: readonly Json[], { shared }: Json): ManifestRoute['kind'] {
  if (alternatives.length === 0) return 'open'
  if (alternatives.some((each) => Object.keys(each).length === 0)) return 'optional'
  return shared === undefined ? 'guarded' : 'shared'
}

/** One alternative of `security`: every scope of every scheme in it. */
function ruleOf(alternative: Json): ManifestRule {
  const scopes = Object.values(alternative).flatMap((list) => (Array.isArray(list) ? list.map(String) : []))
  const rules = [...new Set(scopes)].map((permission): ManifestRule => ({ kind: 'permission', permission }))
  const [first, ...others] = rules
  if (first === undefined) return { kind: 'signedIn' }
  return others.length === 0 ? first : { kind: 'all', rules }
}

function extensionRules({ own, role, permission }: Json): ManifestRule[] {
  const list = (value: unknown): string[] => [value ?? []].flat().map(String)
  return [
    ...list(own).map((param): ManifestRule => ({ kind: 'own', param, loaded: false })),
    ...list(role).map((name): ManifestRule => ({ kind: 'role', role: name })),
    ...list(permission).map((name): ManifestRule => ({ kind: 'permission', permission: name })),
  ]
}
