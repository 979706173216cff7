import type { Manifest } from './plan/manifest.ts'
import { nameOf } from './plan/manifest.ts'
import { flatten, vocabulary } from './plan/personas.ts'
import { writes } from './plan/writes.ts'

/**
 * What `gatehouse prove --init` writes: a first prove.config.ts with a place for everything that a manifest asks for,
 * or with examples where there is none.
 */
export function initialConfig(manifest?: Manifest, base = 'http://127.0.0.1:3000'): string {
  return `import { defineConfig } from '@gatehouse/prove'

export default defineConfig({
  // Where the application listens once its command has started it.
  base: ${quoted(base)},

${names(manifest)}
  // Writes are tried only when the data may be spoiled. Point the application at a database of its own first:
  // env: { DATABASE_URL: 'postgres://localhost/scratch' },
  // disposable: true,

  // How to make a resource of an owner, for each route parameter that names one.
  resources: {
${resources(manifest)}
  },

  // Bodies that routes need before they do anything, by route.
  bodies: {
${bodies(manifest)}
  },
${checks(manifest)}})
`
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

function names(manifest: Manifest | undefined): string {
  const { roles, permissions } = vocabulary(manifest?.routes ?? [], { base: '' })
  const about = '  // What a person with a role may do, as the issuer would put it into a token.\n'
  // Without any role, a configuration that lists none would say that there is none.
  if (roles.length === 0 && permissions.length === 0)
    return `${about}  // roles: { editor: ['posts:edit'] },\n`
  const lines = roles.map((name) => `    ${key(name)}: [],\n`).join('')
  const carried = `  // Permissions that no role carries; move them to the roles that do.\n  permissions: [${permissions.map(quoted).join(', ')}],\n`
  return `${about}  roles: {\n${lines}  },\n${permissions.length === 0 ? '' : carried}`
}

/** Parameters that only the application can tell: not those that are the owner's own id. */
function resources(manifest: Manifest | undefined): string {
  if (manifest === undefined) return recipe('postId', '// ')
  const told = new Set<string>()
  const asked = new Set<string>()
  for (const { parameters, rules } of manifest.routes) {
    for (const name of parameters) asked.add(name)
    for (const rule of flatten(rules)) if (rule.kind === 'own' && !rule.loaded) told.add(rule.param)
  }
  return [...asked]
    .filter((name) => !told.has(name))
    .map((name) => recipe(name, '', listOf(name, manifest)))
    .join('\n')
}

/** Where a resource is most likely made: `/posts` for the `postId` of `/posts/:postId`, if it takes a POST. */
function listOf(name: string, { routes }: Manifest): string | undefined {
  return routes
    .filter(({ method }) => method === 'POST')
    .map(({ path }) => path)
    .find((path) => routes.some((route) => route.path === `${path}/:${name}`))
}

function recipe(name: string, comment: string, list?: string): string {
  const path = list?.replace(/:(\w+)/g, (_, parent: string) => `\${api.parents[${quoted(parent)}]}`)
  const where = path === undefined ? "'/TODO'" : path === list ? quoted(path) : `\`${path}\``
  const lines = [
    `${key(name)}: async (api) => {`,
    `  const made = (await api.call('POST', ${where}, { title: api.unique() })) as { id: string }`,
    `  return { ${key(name)}: made.id }`,
    '},',
  ]
  return lines.map((line) => `    ${comment}${line}`).join('\n')
}

function bodies(manifest: Manifest | undefined): string {
  const writing = manifest?.routes.filter(({ method }) => writes(method) && method !== 'DELETE') ?? []
  if (writing.length === 0) return "    // 'POST /posts': { title: 'proof' },"
  return writing.map((route) => `    ${quoted(nameOf(route))}: {},`).join('\n')
}

function checks(manifest: Manifest | undefined): string {
  const rules = manifest?.routes.flatMap((route) => flatten(route.rules)) ?? []
  const names = new Set(rules.flatMap((rule) => (rule.kind === 'check' ? [rule.name] : [])))
  if (names.size === 0) return ''
  const lines = [...names].map((name) => `    ${key(name)}: (caller) => caller.roles.includes('TODO'),`)
  return `\n  // Whom each check passes, as the application knows.\n  checks: {\n${lines.join('\n')}\n  },\n`
}
