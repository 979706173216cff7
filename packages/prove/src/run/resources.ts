import type { OwnerApi, Parameters, Person, ProveConfig } from '../config.ts'
import { type ManifestRoute, nameOf } from '../plan/manifest.ts'
import { flatten, ownerPersona } from '../plan/personas.ts'
import { inside } from './address.ts'
import { call } from './call.ts'
import type { TokenMaker } from './tokens.ts'

/** Parameters for a route, or why they cannot be had. */
export type Made = { readonly parameters: Parameters } | { readonly why: string }

/** Makes resources of an owner through the application itself, as the configuration's recipes say. */
export class Resources {
  readonly #config: ProveConfig
  readonly #base: URL
  readonly #tokens: TokenMaker
  readonly #kept = new Map<string, Promise<Made>>()

  constructor(config: ProveConfig, base: URL, tokens: TokenMaker) {
    this.#config = config
    this.#base = base
    this.#tokens = tokens
  }

  /** Parameters of a route that name a resource of `owner`; a fresh one for calls that may spoil it. */
  of(route: ManifestRoute, owner: Person, fresh: boolean): Promise<Made> {
    if (route.parameters.length === 0) return Promise.resolve({ parameters: {} })
    const key = `${owner.id} ${nameOf(route)}`
    const kept = fresh ? undefined : this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = this.#make(route, owner)
    this.#kept.set(key, made)
    return made
  }

  async #make(route: ManifestRoute, owner: Person): Promise<Made> {
    const whole = this.#config.resources?.[nameOf(route)]
    let parameters: Parameters = {}
    try {
      if (whole !== undefined) return { parameters: await whole(this.#api(owner, {})) }
      for (const name of route.parameters) {
        if (parameters[name] !== undefined) continue
        const recipe = this.#config.resources?.[name]
        if (recipe !== undefined)
          parameters = { ...parameters, ...(await recipe(this.#api(owner, parameters))) }
        else if (isSubject(route, name)) parameters = { ...parameters, [name]: owner.id }
        else
          return {
            why: `how to make a resource for \`${name}\` is not known: add resources.${name} to prove.config.ts`,
          }
      }
      return { parameters }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { why: `making a resource of ${owner.username} failed: ${reason}` }
    }
  }

  #api(owner: Person, parents: Parameters): OwnerApi {
    return {
      owner,
      parents,
      call: async (method, path, body) => {
        const persona = ownerPersona(owner, owner.username)
        const headers = this.#tokens.headers('who-may', persona) ?? []
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
          throw new Error(`${method} ${path} answered ${answer.status}`)
        return answer.body === '' ? undefined : (JSON.parse(answer.body) as unknown)
      },
    }
  }
}

/** Whether a parameter is the user's own id: an `own` rule without a loader says so. */
function isSubject(route: ManifestRoute, name: string): boolean {
  return flatten(route.rules).some(
    (rule) => rule.kind === 'own' && rule.param === name && rule.loaded !== true,
  )
}
