import { randomBytes } from 'node:crypto'
import { defaultOwners, type OwnerApi, type Parameters, type Person, type ProveConfig } from '../config.ts'
import { type ManifestRoute, nameOf, writes } from '../plan/manifest.ts'
import { ownerPersona } from '../plan/personas.ts'
import { ownedIn } from '../plan/rules/index.ts'
import { inside } from './address.ts'
import { call } from './call.ts'
import type { Holder } from './lists.ts'
import { withoutSecrets } from './sent.ts'
import type { TokenMaker } from './token-maker.ts'

/** Parameters for a route, or why they cannot be had. */
export type Made = { readonly parameters: Parameters } | { readonly why: string }

/** As much of an application's answer to a recipe as a report shows. */
const messageLimit = 400

const printKey = (name: string): string => (/^\w+$/.test(name) ? `resources.${name}` : `resources['${name}']`)

/** Makes resources of an owner through the application itself, as the configuration's recipes say. */
export class Resources {
  /** Which recipes failed, and on what: an error's message, or what the application answered. */
  readonly failures: Map<string, string> = new Map()
  readonly #config: ProveConfig
  readonly #base: URL
  readonly #tokens: TokenMaker
  readonly #kept = new Map<string, Promise<Made>>()
  /** The recipes that failed, by owner. */
  readonly #failed = new Map<string, { readonly why: string }>()
  /** Ids by the path of the list that their resources stand in, and by owner. */
  readonly #listed = new Map<string, string[]>()

  constructor(config: ProveConfig, base: URL, tokens: TokenMaker) {
    this.#config = config
    this.#base = base
    this.#tokens = tokens
  }

  /**
   * Parameters of a route that name a resource of `owner`; a fresh one for calls that may spoil it. A list has no
   * parameters: its recipe fills it.
   */
  of(route: ManifestRoute, owner: Person, fresh: boolean): Promise<Made> {
    const needsNothing =
      route.parameters.length === 0 && this.#config.resources?.[nameOf(route)] === undefined
    if (needsNothing) return Promise.resolve({ parameters: {} })
    const key = `${owner.id} ${nameOf(route)}`
    const kept = fresh ? undefined : this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = this.#make(route, owner)
    if (!fresh) this.#kept.set(key, made)
    return made
  }

  /** Makes what these routes are about, for both owners. */
  async ofBoth(routes: readonly ManifestRoute[]): Promise<void> {
    for (const owner of this.#config.owners ?? defaultOwners)
      for (const route of new Set(routes)) await this.of(route, owner, false)
  }

  /** Drops what was kept for a route: somebody got hold of it. */
  forget(route: ManifestRoute): void {
    for (const key of this.#kept.keys()) if (key.endsWith(` ${nameOf(route)}`)) this.#kept.delete(key)
  }

  /** An owner with the ids of their resources, which a list at this route's path should show to no other owner. */
  holder({ path }: ManifestRoute, person: Person): Holder {
    return { person, ids: this.#listed.get(`${person.id} ${path}`) ?? [] }
  }

  async #make(route: ManifestRoute, owner: Person): Promise<Made> {
    const { resources = {} } = this.#config
    let parameters: Parameters = {}
    if (resources[nameOf(route)] !== undefined) {
      const made = await this.#follow(nameOf(route), owner, parameters)
      if ('why' in made) return made
      parameters = made.parameters
    }
    for (const name of route.parameters) {
      if (parameters[name] !== undefined) continue
      if (resources[name] !== undefined) {
        const made = await this.#follow(name, owner, parameters)
        if ('why' in made) return made
        parameters = { ...parameters, ...made.parameters }
      } else if (isSubject(route, name)) parameters = { ...parameters, [name]: owner.id }
      else return { why: `no recipe makes a \`${name}\`: add \`resources.${name}\` to the configuration` }
    }
    this.#list(route, owner, parameters)
    return { parameters }
  }

  /** Calls a recipe; one that failed for an owner is not called for them again, and fails with the same words. */
  async #follow(recipe: string, owner: Person, parents: Parameters): Promise<Made> {
    const key = `${owner.id} ${recipe}`
    const failed = this.#failed.get(key)
    if (failed !== undefined) return failed
    try {
      const parameters = (await this.#config.resources?.[recipe]?.(this.#api(owner, parents))) ?? {}
      return { parameters }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const why = `the recipe ${printKey(recipe)} failed`
      this.#failed.set(key, { why })
      if (!this.failures.has(why)) this.failures.set(why, withoutSecrets(reason, messageLimit))
      return { why }
    }
  }

  /** `/posts/:postId` stands in the list `/posts`; what a list's own recipe returns last stands in that list. */
  #list({ path, parameters: names }: ManifestRoute, owner: Person, parameters: Parameters): void {
    const [first] = names
    const id = first === undefined ? Object.values(parameters).at(-1) : parameters[first]
    const list = first === undefined ? path : path.slice(0, Math.max(0, path.indexOf(`/:${first}`)))
    if (id === undefined || list === '') return
    const key = `${owner.id} ${list}`
    this.#listed.set(key, [...(this.#listed.get(key) ?? []), id])
  }

  #api(owner: Person, parents: Parameters): OwnerApi {
    return {
      owner,
      parents,
      unique: () => randomBytes(6).toString('hex'),
      call: async (method, path, body) => {
        if (writes(method) && this.#config.disposable !== true)
          throw new Error(
            `it writes (${method} ${path}), and the configuration does not say \`disposable: true\``,
          )
        const headers = (await this.#tokens.headers('who-may', ownerPersona(owner, owner.username))) ?? []
        const url = inside(this.#base, path)
        const text = body === undefined ? undefined : JSON.stringify(body)
        const answer = await call({
          method,
          origin: this.#base,
          target: url.pathname + url.search,
          headers: text === undefined ? headers : [...headers, ['Content-Type', 'application/json']],
          body: text,
        })
        if (answer.status < 200 || answer.status > 299)
          throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body || '(no body)'}`)
        return answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown)
      },
    }
  }
}

/** Whether a parameter is the user's own id: an `own` rule without a loader says so. */
function isSubject(route: ManifestRoute, name: string): boolean {
  return ownedIn(route.rules).some(({ param, loaded }) => param === name && !loaded)
}
