import type { ProveConfig } from './config.ts'
import { type Manifest, nameOf, writes } from './plan/manifest.ts'
import { vocabulary } from './plan/personas.ts'
import { checksIn, ownedIn } from './plan/rules/index.ts'

/** What a field of the configuration is for, in one line, and what to write there, without a manifest to fill it from. */
interface Sketch {
  readonly about: string
  readonly example: string
}

/** Every field, in the order in which somebody who begins needs it. */
const sketches: { readonly [Field in keyof Required<ProveConfig>]: Sketch } = {
  base: { about: 'Where the application listens once its command has started it.', example: '' },
  disposable: {
    about:
      'Writes are tried only where the data may be spoiled: point the application at a database of its own first.',
    example: 'true',
  },
  env: {
    about: 'Variables to set for the application.',
    example: "{ DATABASE_URL: 'postgres://localhost/scratch' }",
  },
  passEnv: { about: 'Names of variables to hand on to the application.', example: "['NODE_EXTRA_CA_CERTS']" },
  readySeconds: { about: 'Seconds to wait until the application listens; 30 by default.', example: '60' },
  audience: { about: 'The audience of its tokens; `prove` by default.', example: "'my-api'" },
  roles: {
    about: 'What each role may do, as the issuer would put it into a token.',
    example: "{ editor: ['posts:edit'] }",
  },
  permissions: {
    about: 'Permissions that no role carries; move them to the roles that do.',
    example: "['reports:read']",
  },
  owners: {
    about: 'The two owners, where they must exist in the application; two made-up people by default.',
    example: "[{ id: '1', username: 'ada' }, { id: '2', username: 'bob' }]",
  },
  resources: {
    about: 'How to make a resource of an owner, for each route parameter that names one.',
    example: "{ 'GET /posts/:postId': () => ({ postId: '1' }) }",
  },
  bodies: {
    about: 'Bodies that routes need before they do anything, by route.',
    example: "{ 'POST /posts': { title: 'proof' } }",
  },
  queries: { about: 'Query texts that routes need, by route.', example: "{ 'GET /posts': '?limit=5' }" },
  headers: {
    about: 'Header fields that routes need, by route.',
    example: "{ 'POST /payments': { 'Idempotency-Key': 'proof' } }",
  },
  checks: {
    about: 'Which callers each check lets pass, as the application knows.',
    example: "{ 'office hours': (caller) => caller.roles.includes('staff') }",
  },
  ownerFields: { about: 'More fields of bodies that name an owner.', example: "['editor_id']" },
  sharedLists: {
    about: 'Lists that show everybody’s rows on purpose, with the reason.',
    example: "{ 'GET /posts': 'posts are public' }",
  },
  skip: {
    about: 'Routes that must not be called, with the reason.',
    example: "{ 'POST /letters': 'sends real letters' }",
  },
  revocation: {
    about: 'false where the application follows no revocation feed; or the settings of its guard.',
    example: "{ staleness: 10, onStale: 'deny' }",
  },
  openapi: {
    about: 'An OpenAPI document, as a file or an address below the base.',
    example: "'openapi.yaml'",
  },
  sharedSecret: {
    about: 'A secret that the application checks HS256 tokens with, instead of keys of an issuer.',
    example: "'only for tests: thirty-two bytes or more'",
  },
  tokens: {
    about: 'Makes the tokens, for an application that is its own issuer.',
    example: "() => ({ issuer: 'https://issuer.example', headers: () => [], close: () => undefined })",
  },
  anywhere: { about: 'Lets the base be another machine than this one.', example: 'true' },
}

/**
 * What `--init` writes: a first configuration with a place for everything that a manifest asks for, and every other field
 * as a comment.
 *
 * @param typed whether the file is TypeScript
 */
export function initialConfig(manifest?: Manifest, base = 'http://127.0.0.1:3000', typed = true): string {
  const filled = filledIn(manifest, base, typed)
  const fields = Object.entries(sketches).map(([name, { about, example }]) => {
    const value = filled[name as keyof ProveConfig]
    return `  // ${about}\n${value === undefined ? `  // ${name}: ${example},` : `  ${name}: ${value},`}`
  })
  return `import { defineConfig } from '@gatehouse/prove'

export default defineConfig({
${fields.join('\n\n')}
})
`
}

/** The fields that the manifest asks for something in. Where it names no role, a list of none would say that there is none. */
function filledIn(
  manifest: Manifest | undefined,
  base: string,
  typed: boolean,
): { readonly [Field in keyof ProveConfig]?: string | undefined } {
  const { roles, permissions } = vocabulary(manifest?.routes ?? [], { base: '' })
  const named = roles.length + permissions.length > 0
  return {
    base: quoted(base),
    roles: named ? block(roles.map((name) => `${key(name)}: []`)) : undefined,
    permissions: permissions.length > 0 ? `[${permissions.map(quoted).join(', ')}]` : undefined,
    resources: block(resources(manifest, typed)),
    bodies: block(bodies(manifest)),
    checks: optionalBlock(checks(manifest)),
  }
}

const block = (members: readonly string[]): string =>
  members.length === 0 ? '{}' : `{\n${members.map((member) => `    ${member},\n`).join('')}  }`
const optionalBlock = (members: readonly string[]): string | undefined =>
  members.length === 0 ? undefined : block(members)

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

/** Recipes for the parameters that name a resource: not those that are the owner's own id. */
function resources(manifest: Manifest | undefined, typed: boolean): string[] {
  if (manifest === undefined) return []
  const own = new Set<string>()
  const asked = new Set<string>()
  for (const { parameters, rules } of manifest.routes) {
    for (const name of parameters) asked.add(name)
    for (const { param, loaded } of ownedIn(rules)) if (!loaded) own.add(param)
  }
  return [...asked]
    .filter((name) => !own.has(name))
    .map((name) => recipe(name, listOf(name, manifest), typed))
}

/** Where a resource is most likely made: `/posts` for the `postId` of `/posts/:postId`, if it takes a POST. */
function listOf(name: string, { routes }: Manifest): string | undefined {
  return routes
    .filter(({ method }) => method === 'POST')
    .map(({ path }) => path)
    .find((path) => routes.some((route) => route.path === `${path}/:${name}`))
}

function recipe(name: string, list: string | undefined, typed: boolean): string {
  const path = list?.replace(/:(\w+)/g, (_, parent: string) => `\${api.parents[${quoted(parent)}]}`)
  const where = path === undefined ? "'/TODO'" : path === list ? quoted(path) : `\`${path}\``
  const call = `await api.call('POST', ${where}, { title: api.unique() })`
  return [
    `${key(name)}: async (api) => {`,
    `  const made = ${typed ? `(${call}) as { id: string }` : call}`,
    `  return { ${key(name)}: made.id }`,
    '}',
  ].join('\n    ')
}

function bodies(manifest: Manifest | undefined): string[] {
  const writing = manifest?.routes.filter(({ method }) => writes(method) && method !== 'DELETE') ?? []
  return writing.map((route) => `${quoted(nameOf(route))}: {}`)
}

function checks(manifest: Manifest | undefined): string[] {
  const names = new Set(manifest?.routes.flatMap(({ rules }) => checksIn(rules)))
  return [...names].map((name) => `${key(name)}: (caller) => caller.roles.includes('TODO')`)
}
