import { closest, unknownNames } from '@gatehouse/guard/option-names'
import { type Person, type ProveConfig, ProveSetupError, type RevocationSettings } from './config.ts'
import { namesAsked } from './plan/bodies.ts'
import { type ManifestRoute, nameOf } from './plan/manifest.ts'
import { checksIn } from './plan/rules/index.ts'

/** What is wrong with a value, as the end of a sentence that begins with its name; undefined where nothing is. */
type Check = (value: unknown) => string | undefined

const is =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : `must be ${what}, not ${shown(value)}`
const text = is('a non-empty text', (value) => typeof value === 'string' && value.trim() !== '')
const flag = is('true or false', (value) => typeof value === 'boolean')
const aFunction = is('a function', (value) => typeof value === 'function')
const texts = is('a list of texts', isTexts)
const anything: Check = () => undefined
const seconds = is('a number of seconds', (value) => typeof value === 'number' && value >= 0 && value < 1e6)

/** What each field of a configuration holds; `each` looks at every member of a record. */
const fields: { readonly [Field in keyof Required<ProveConfig>]: Check | { readonly each: Check } } = {
  base: text,
  audience: text,
  readySeconds: seconds,
  passEnv: texts,
  env: { each: is('a text', (value) => typeof value === 'string') },
  disposable: flag,
  roles: { each: texts },
  permissions: texts,
  owners: is('two people with different ids', isTwoPeople),
  resources: { each: aFunction },
  bodies: { each: anything },
  openapi: text,
  queries: {
    each: is(
      'text that begins with a question mark, e.g. `?limit=5`, or a function',
      (value) => typeof value === 'function' || /^\?./.test(textOr(value)),
    ),
  },
  headers: { each: is('an object of texts', isHeaders) },
  sharedLists: { each: is('the reason, a non-empty text', (value) => textOr(value).trim() !== '') },
  checks: {
    each: is(
      'true, false or a function',
      (value) => typeof value === 'boolean' || typeof value === 'function',
    ),
  },
  ownerFields: texts,
  skip: { each: is('the reason, a non-empty text', (value) => textOr(value).trim() !== '') },
  sharedSecret: text,
  revocation: is('false or an object', (value) => value === false || isObject(value)),
  tokens: aFunction,
  anywhere: flag,
}
const revocationFields: { readonly [Field in keyof Required<RevocationSettings>]: Check } = {
  staleness: seconds,
  onStale: is("'allow' or 'deny'", (value) => value === 'allow' || value === 'deny'),
}
const personFields: { readonly [Field in keyof Required<Person>]: Check } = { id: text, username: text }

/** Every field that a configuration may have. */
export const configFields = Object.keys(fields) as readonly (keyof ProveConfig)[]

/**
 * Finds what is wrong with a configuration before anything is started: a misspelt field or a value of another type would
 * leave a part of the API untried.
 *
 * @param where what the configuration is called in the message
 * @throws ProveSetupError (`prove_setup`) that names every unknown field and every wrong value
 */
export function checkConfig(config: object, where: string): void {
  const { owners, revocation } = config as { readonly owners?: unknown; readonly revocation?: unknown }
  const people = Array.isArray(owners) ? owners : []
  throwIfAny(where, [
    ...wrongIn('', config, fields),
    ...wrongIn('revocation.', revocation, revocationFields),
    ...people.flatMap((person: unknown, at) => wrongIn(`owners[${at}].`, person, personFields)),
  ])
}

/**
 * Finds entries of a configuration that name no route, parameter or check of the application: nothing would use them.
 *
 * @throws ProveSetupError (`prove_setup`) that names all of them
 */
export function checkEntries(config: ProveConfig, routes: readonly ManifestRoute[]): void {
  const known = routes.map(nameOf)
  const asked = routes.flatMap((route) => namesAsked(route, config))
  const parameters = [...new Set([...routes.flatMap((route) => route.parameters), ...asked])]
  const checks = routes.flatMap(({ rules }) => checksIn(rules))
  const unknown = (
    field: 'bodies' | 'queries' | 'headers' | 'skip' | 'sharedLists' | 'resources' | 'checks',
    among: readonly string[],
    what: string,
  ): string[] =>
    Object.keys(config[field] ?? {})
      .filter((key) => !among.includes(key))
      .map(
        (key) =>
          `${entry(field, key)} names no ${what} of the application.${suggestion(closest(key, among))}`,
      )
  const neverCalled = routes
    .filter((route) => route.parameters.length === 0 && route.method !== 'GET')
    .map(nameOf)
    .filter((name) => Object.hasOwn(config.resources ?? {}, name))
    .map(
      (name) => `${entry('resources', name)} is never called: the route has no parameters, and is no list.`,
    )
  throwIfAny('The configuration', [
    ...(['bodies', 'queries', 'headers', 'skip', 'sharedLists'] as const).flatMap((field) =>
      unknown(field, known, 'route'),
    ),
    ...unknown('resources', [...known, ...parameters], 'route or parameter'),
    ...unknown('checks', checks, 'check'),
    ...neverCalled,
  ])
}

/** @throws ProveSetupError (`prove_setup`) that names every unknown option */
export function requireKnown(where: string, given: object, names: Readonly<Record<string, true>>): void {
  throwIfAny(where, notFields('', given, Object.keys(names)))
}

function throwIfAny(where: string, lines: readonly string[]): void {
  const [only, ...more] = lines
  if (only === undefined) return
  throw new ProveSetupError(
    more.length === 0 ? `${where}: ${only}` : `${where}:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  )
}

function wrongIn(
  path: string,
  given: unknown,
  known: Readonly<Record<string, Check | { readonly each: Check }>>,
): string[] {
  if (!isObject(given)) return []
  const wrong = Object.entries(known).flatMap(([name, check]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value === undefined) return []
    if (typeof check === 'function') return said(`\`${path}${name}\``, check(value))
    if (!isObject(value)) return said(`\`${path}${name}\``, `must be an object, not ${shown(value)}`)
    return Object.entries(value).flatMap(([key, member]) => said(entry(path + name, key), check.each(member)))
  })
  return [...notFields(path, given, Object.keys(known)), ...wrong]
}

const notFields = (path: string, given: object, names: readonly string[]): string[] =>
  unknownNames(given, names).map(
    ({ name, meant }) =>
      `\`${path}${name}\` is not a field.${suggestion(meant === undefined ? undefined : path + meant)}`,
  )

const said = (name: string, wrong: string | undefined): string[] =>
  wrong === undefined ? [] : [`${name} ${wrong}.`]

const suggestion = (meant: string | undefined): string =>
  meant === undefined ? '' : ` Did you mean \`${meant}\`?`

const entry = (field: string, key: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? `\`${field}.${key}\`` : `\`${field}['${key}']\``

function shown(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'function') return 'a function'
  // never the value itself: it may be a secret
  return typeof value === 'string'
    ? value.trim() === ''
      ? 'an empty text'
      : 'another text'
    : `a ${typeof value}`
}

const textOr = (value: unknown): string => (typeof value === 'string' ? value : '')

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHeaders(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'string')
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '')
}

function isTwoPeople(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [one, other] = value as readonly unknown[]
  return isObject(one) && isObject(other) && one['id'] !== other['id']
}
