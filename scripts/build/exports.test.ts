import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { root } from '../run.ts'
import { publishedManifest, type SourceManifest } from './manifest.ts'
import { packageNames } from './package.ts'

const manifestOf = (name: string): SourceManifest =>
  JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as SourceManifest

/** Every name that a module exports, types included. */
function exportsOf(file: string): string[] {
  const { module } = parseSync(file, readFileSync(file, 'utf8'))
  return module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, moduleRequest }) => {
      if (exportName.name !== null) return [exportName.name]
      return moduleRequest === null ? [] : exportsOf(join(dirname(file), moduleRequest.value))
    }),
  )
}

/** What every entry of the guard for a framework, and the one for none, exports. */
const common = [
  'Allowed',
  'Auth',
  'Authority',
  'Caller',
  'ClaimMapping',
  'Claims',
  'ConfigurationError',
  'Decision',
  'DecisionContext',
  'Declaration',
  'Fault',
  'FaultKind',
  'GuardError',
  'GuardErrorCode',
  'GuardOptions',
  'IntrospectionOptions',
  'Jwk',
  'Jwks',
  'Manifest',
  'ManifestRoute',
  'Refused',
  'RequestFacts',
  'RevocationOptions',
  'RevocationSource',
  'RouteOptions',
  'Rule',
  'Standing',
  'TokenError',
  'TokenErrorCode',
  'UnavailableError',
  'UnavailableErrorCode',
  'UndeclaredRoutesError',
  'UpgradeHandler',
  'UpgradeListener',
  'all',
  'auth0',
  'betterAuth',
  'currentAuth',
  'currentUser',
  'declarationOf',
  'entra',
  'guardErrorCodes',
  'introspection',
  'keycloak',
  'permission',
  'role',
  'stepUp',
  'supabase',
]

const expected: Record<string, Record<string, readonly string[]>> = {
  guard: {
    '.': [...common, 'GuardBase', 'check', 'createGuard', 'own'],
    './express': [...common, 'Guard', 'Middleware', 'SealOptions', 'check', 'createGuard', 'own'],
    './fastify': [...common, 'Guard', 'Hook', 'check', 'createGuard', 'own'],
    './hono': [...common, 'Guard', 'GuardedEnv', 'OptionalEnv', 'SealOptions', 'check', 'createGuard', 'own'],
    './koa': [...common, 'Guard', 'GuardedState', 'Middleware', 'check', 'createGuard', 'own'],
    './nest': [...common, 'Guard', 'GuardDecorator', 'check', 'createGuard', 'own'],
    './node': [
      ...common,
      'Guard',
      'GuardedHandler',
      'GuardedRequest',
      'Listener',
      'Wrap',
      'check',
      'createGuard',
      'own',
    ],
    './web': [...common, 'Guard', 'GuardedHandler', 'Handler', 'Wrap', 'check', 'createGuard', 'own'],
    './manifest': [
      'Manifest',
      'ManifestError',
      'ManifestMiddleware',
      'ManifestRoute',
      'ManifestRule',
      'Source',
      'manifestSchema',
      'manifestVersion',
      'printManifestRule',
      'printRoutes',
      'readManifest',
    ],
    './option-names': ['Names', 'UnknownName', 'closest', 'unknownNames'],
    './revocation': [
      'IntrospectionOptions',
      'RevocationFactory',
      'RevocationSource',
      'Standing',
      'introspection',
    ],
    './testing': [
      'ListenOptions',
      'ListeningIssuer',
      'Revoked',
      'SignOptions',
      'TestIssuer',
      'TestIssuerOptions',
      'TestKey',
      'createTestIssuer',
      'makeTestKey',
    ],
  },
  prove: {
    '.': [
      'Body',
      'CallerHeaders',
      'CallerKind',
      'Evidence',
      'Expectation',
      'Finding',
      'Interrupted',
      'ListRoutesOptions',
      'Manifest',
      'ManifestRoute',
      'ManifestRule',
      'OwnerApi',
      'Parameters',
      'Person',
      'Persona',
      'ProveConfig',
      'ProveOptions',
      'ProveSetupError',
      'Recipe',
      'Report',
      'RouteChange',
      'RouteReport',
      'SentRequest',
      'Terminal',
      'Things',
      'TokenContext',
      'TokenMaker',
      'Verdict',
      'badge',
      'callerKinds',
      'configIn',
      'defineConfig',
      'exitCode',
      'help',
      'html',
      'interruptible',
      'junit',
      'listRoutes',
      'main',
      'prove',
      'sarif',
      'terminal',
    ],
  },
  server: {
    '.': ['Config', 'ConfigError', 'Gatehouse', 'createGatehouse', 'readConfig'],
  },
}

describe.each(packageNames)('%s', (name) => {
  const source = manifestOf(name)
  const { exports = {} } = publishedManifest(source)

  test('publishes exactly these entries', () => {
    const entries = Object.keys(exports).filter((entry) => entry !== './package.json')
    expect(entries).toEqual(Object.keys(expected[name] ?? {}))
  })

  test.each(Object.entries(expected[name] ?? {}))('%s exports exactly these names', (entry, names) => {
    const file = source.exports?.[entry] ?? ''
    expect(exportsOf(join(root, 'packages', name, file)).toSorted()).toEqual(names.toSorted())
  })
})

test('the frameworks are peers of the published guard, all of them optional', () => {
  const { peerDependencies, peerDependenciesMeta, devDependencies } = publishedManifest(manifestOf('guard'))
  const frameworks = ['@koa/router', '@nestjs/common', 'express', 'fastify', 'hono', 'koa']
  expect(Object.keys(peerDependencies as object)).toEqual(frameworks)
  expect(peerDependenciesMeta).toEqual(
    Object.fromEntries(frameworks.map((framework) => [framework, { optional: true }])),
  )
  expect(devDependencies).toBeUndefined()
})
