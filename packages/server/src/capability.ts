import type { Guard } from '@gatehouse/guard/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { CommandGroup } from './cli/command.ts'
import type { SettingsGroup } from './config/setting.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import type { GrantSource } from './instance.ts'
import type { PersonalData } from './personal-data.ts'
import type { Planted } from './planted.ts'
import type { Migration } from './platform/db/migrate.ts'
import type { ErrorAnswers } from './platform/http/error-answers.ts'
import type { HttpEnv } from './platform/http/variables.ts'
import type { Wake } from './platform/jobs/wake.ts'
import type { SignInRequirement } from './sign-in-step.ts'

/**
 * The server's own permissions, as keys. A capability adds its own:
 *
 * ```ts
 * declare module '../../capability.ts' {
 *   interface ServerPermissions { 'audit:read': true }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: capabilities fill it in, as they do `Tables`
export interface ServerPermissions {}

/** A permission that a route of the server asks for. */
export type ServerPermission = keyof ServerPermissions & string

/** Adds routes to the application; each declares its rule with `guard`. */
export type MountRoutes = (app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard) => void

/**
 * Everything that one capability contributes to the server. `capabilities.ts` lists them from the lowest up: a
 * capability may call those before it. Every start reads this value, `gatehouse --help` included, so that it loads its
 * parts only when they are needed: `run: async (ctx) => (await import('./service.ts')).sweep(ctx)`.
 */
export interface Capability {
  /** The name of its folder. */
  readonly name: string
  /** What can be set. Defined in `settings.ts`, read with `settingsOf`. */
  readonly settings?: SettingsGroup
  /** Steps of the schema. Their names begin with a number that orders the steps of all capabilities. */
  readonly migrations?: readonly Migration[]
  /** Permissions of the server that its routes ask for; the role `admin` holds them all. */
  readonly permissions?: readonly ServerPermission[]
  /** Loads what makes a kind of grant that can stand behind tokens; each instance has its own. */
  readonly grants?: () => Promise<() => GrantSource<Context>>
  /** The language that a user chose for what is written to them, a tag such as `de-AT`; undefined if none. */
  localeOf?(ctx: Context, userId: string): Promise<string | undefined>
  /** What it demands of a sign-in before a session opens. */
  readonly signInRequirements?: readonly SignInRequirement<Context>[]
  /**
   * Removes what somebody may have set up in an account before its e-mail address was ever verified, in the transaction in
   * which its owner proves the address; returns what there was.
   */
  removePlanted?(ctx: Context, userId: string): Promise<readonly Planted[]>
  /** What must be there before the first request, such as default roles. Runs at every start, after the migrations. */
  prepare?(ctx: Context): Promise<void>
  /** How the errors of its services are answered over HTTP, by their codes. */
  readonly errors?: ErrorAnswers
  readonly jobs?: readonly CapabilityJob[]
  /** Members of the issuer's metadata (RFC 8414). */
  metadata?(config: Config): Readonly<Record<string, unknown>>
  /** Commands, in groups: `gatehouse role …`. */
  readonly commands?: readonly CommandGroup[]
  /** Loads what it holds about people: for their export, and to erase. A test demands it for every table that names somebody. */
  readonly personalData?: () => Promise<PersonalData<Context>>
  /** Loads the routes; commands that serve nobody don't. */
  readonly routes?: () => Promise<readonly MountRoutes[]>
}

/** Work that repeats by itself. Instances run it side by side, so it has to bear that. */
export interface CapabilityJob {
  readonly name: string
  /** Milliseconds between the end of one run and the start of the next. */
  readonly everyMs: number
  /** Wakes it before its time. */
  wokenBy?(ctx: Context): Wake
  /** @param stopping is aborted once the server stops; what is left is for the next start */
  run(ctx: Context, stopping: AbortSignal): Promise<void>
}
