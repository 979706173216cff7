import type { Context } from '../../context.ts'
import { adminRole, listRoles, memberRole, putRole, roleName } from '../roles/index.ts'
import { type Fault, fault } from './files/record.ts'
import type { ImportOptions } from './options.ts'
import { sources } from './sources/index.ts'

const system = { kind: 'system' } as const

/** The roles that a file may give. */
export class ImportRoles {
  readonly #known = new Map<string, boolean>()
  readonly #missing = new Set<string>()
  readonly #options: ImportOptions
  readonly #map: ReadonlyMap<string, string | null>

  private constructor(options: ImportOptions) {
    this.#options = options
    this.#map = new Map([
      ...Object.entries<string | null>(sources[options.from].roles ?? {}),
      ...options.mapRoles,
    ])
  }

  static async load(ctx: Context, options: ImportOptions): Promise<ImportRoles> {
    const roles = new ImportRoles(options)
    for (const { name, permissions } of await listRoles(ctx)) {
      const power = name === adminRole || permissions.some((each) => ctx.instance.permissions.has(each))
      roles.#known.set(name, power)
    }
    return roles
  }

  /**
   * The roles of somebody who had these: `member`, like everybody, and those of the same name. A role with power over
   * this server is given only when the operator says so: an export may be older than the trust in it.
   */
  of(names: readonly string[]): string[] | Fault {
    const roles = new Set([memberRole])
    for (const name of names) {
      const mapped = this.#map.has(name) ? this.#map.get(name) : name
      if (mapped === null || mapped === undefined) continue
      const power = this.#known.get(mapped)
      if (power === undefined && !(this.#options.createRoles && roleName.test(mapped))) {
        return fault(
          'roles',
          'unknown_role',
          'There is no such role: create it, map it, or pass --create-roles.',
        )
      }
      if (power === true && !this.#options.grantPower) {
        return fault(
          'roles',
          'role_has_power',
          'The role has permissions of this server: pass --grant-power to give it.',
        )
      }
      if (power === undefined) this.#missing.add(mapped)
      roles.add(mapped)
    }
    return [...roles]
  }

  /** Creates the roles that were asked for and do not exist, without permissions. */
  async create(ctx: Context): Promise<void> {
    for (const name of this.#missing) {
      if (!this.#known.has(name)) await putRole(ctx, system, name, [])
    }
    ctx.afterCommit(() => {
      for (const name of this.#missing) this.#known.set(name, false)
      this.#missing.clear()
    })
  }
}
