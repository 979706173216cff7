import { randomBytes } from 'node:crypto'
import { defaultOwners, type OwnerApi, type Parameters, type Person, type ProveConfig } from '../config.ts'
import { namesAsked } from '../plan/bodies.ts'
import { type ManifestRoute, nameOf, writes } from '../plan/manifest.ts'
import { ownerPersona } from '../plan/personas.ts'
import { ownedIn } from '../plan/rules/index.ts'
import { inside } from './address.ts'
import type { AttackOptions } from './attack-options.ts'
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
  readonly #routes: readonly ManifestRoute[]
  /** The recipe that returned a name. */
  readonly #providers = new Map<string, string>()
  /** What all recipes returned, by owner. */
  readonly #all = new Map<string, Parameters>()
  /** Names that no recipe returns. */
  readonly #unknown = new Set<string>()
  readonly #kept = new Map<string, Promise<Made>>()
  /** The recipes that failed, by owner. */
  readonly #failed = new Map<string, { readonly why: string }>()
  /** Ids by the path of the list that their resources stand in, and by owner. */
  readonly #listed = new Map<string, string[]>()

  constructor({
    config,
    base,
    tokens,
    routes,
  }: Pick<AttackOptions, 'config' | 'base' | 'tokens' | 'routes'>) {
    this.#config = config
    this.#base = base
    this.#tokens = tokens
    this.#routes = routes
  }

  /**
   * Parameters of a route that name a resource of `owner`; a fresh one for calls that may spoil it. A list has no
   * parameters: its recipe fills it.
   */
  of(route: ManifestRoute, owner: Person, fresh: boolean): Promise<Made> {
    const needsNothing =
      route.parameters.length === 0 &&
      this.#config.resources?.[nameOf(route)] === undefined &&
      namesAsked(route, this.#config).length === 0
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
    let parameters: Parameters = {}
    if (this.#config.resources?.[nameOf(route)] !== undefined) {
      const made = await this.#follow(nameOf(route), owner, parameters)
      if ('why' in made) return made
      parameters = made.parameters
    }
    for (const name of [...route.parameters, ...this.#withParents(namesAsked(route, this.#config))]) {
      const made = await this.#named(name, route, owner, parameters)
      if ('why' in made) return made
      parameters = made.parameters
    }
    this.#list(route, owner, parameters)
    return { parameters }
  }

  /** The parameters so far, with one that names a resource of `owner`. */
  async #named(name: string, route: ManifestRoute, owner: Person, parameters: Parameters): Promise<Made> {
    if (parameters[name] !== undefined) return { parameters }
    if (this.#config.resources?.[name] !== undefined) {
      const made = await this.#follow(name, owner, parameters)
      return 'why' in made ? made : { parameters: { ...parameters, ...made.parameters } }
    }
    const isOf = (each: ManifestRoute): boolean => isSubject(each, name)
    if (isOf(route) || (!route.parameters.includes(name) && this.#routes.some(isOf)))
      return { parameters: { ...parameters, [name]: owner.id } }
    return this.#secondary(name, owner, parameters)
  }

  /** A key beside the one that gave a recipe its name: a slug, a number. */
  async #secondary(name: string, owner: Person, parameters: Parameters): Promise<Made> {
    const known = this.#providers.get(name)
    const recipes = this.#withParents(
      Object.keys(this.#config.resources ?? {}).filter((recipe) => !recipe.includes(' ')),
    ).filter((recipe) => this.#config.resources?.[recipe] !== undefined && parameters[recipe] === undefined)
    let made = parameters
    const why = `no recipe makes a \`${name}\`: add \`resources.${name}\` to the configuration`
    if (this.#unknown.has(name)) return { why }
    for (const recipe of known === undefined ? recipes : this.#withParents([known])) {
      const followed =
        made[recipe] === undefined ? await this.#follow(recipe, owner, made) : { parameters: {} }
      if ('why' in followed) continue
      made = { ...made, ...followed.parameters }
      if (made[name] !== undefined) return { parameters: made }
    }
    this.#unknown.add(name)
    return { why }
  }

  /** Names with those of the resources that they are inside of, outermost first. */
  #withParents(names: readonly string[]): readonly string[] {
    const inside = names.flatMap((name) => {
      const [path] = this.#routes.filter(({ parameters }) => parameters.includes(name))
      const parents = (path?.parameters.slice(0, path.parameters.indexOf(name)) ?? []).filter(
        (parent) =>
          this.#config.resources?.[parent] !== undefined ||
          this.#routes.some((each) => isSubject(each, parent)),
      )
      return [...parents, name]
    })
    return [...new Set(inside)]
  }

  /** What the recipes of these parameters return for an owner; those that fail are left out. */
  async everything(names: readonly string[], owner: Person, fresh: boolean): Promise<Parameters> {
    const kept = fresh ? undefined : this.#all.get(owner.id)
    if (kept !== undefined) return kept
    let all: Parameters = {}
    for (const recipe of this.#withParents(names)) {
      if (this.#config.resources?.[recipe] === undefined || all[recipe] !== undefined) continue
      const made = await this.#follow(recipe, owner, all)
      if (!('why' in made)) all = { ...all, ...made.parameters }
    }
    if (!fresh) this.#all.set(owner.id, all)
    return all
  }

  /** The recipe that returned a name; undefined where none has. */
  providerOf(name: string): string | undefined {
    return this.#providers.get(name)
  }

  /** Calls a recipe; one that failed for an owner is not called for them again, and fails with the same words. */
  async #follow(recipe: string, owner: Person, parents: Parameters): Promise<Made> {
    const key = `${owner.id} ${recipe}`
    const failed = this.#failed.get(key)
    if (failed !== undefined) return failed
    try {
      const parameters = (await this.#config.resources?.[recipe]?.(this.#api(owner, parents))) ?? {}
      for (const name of Object.keys(parameters)) this.#providers.set(name, recipe)
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
