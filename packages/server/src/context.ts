import type { Config } from './config.ts'
import type { Instance } from './instance.ts'
import type { PlatformContext } from './platform/context.ts'

/** What services work with: what the platform provides, the settings, and what lives as long as the process. */
export interface Context extends PlatformContext {
  /** What lives as long as the process. */
  readonly instance: Instance<Context>
  readonly config: Config
}

/** Who asks a service for something: the system (commands and jobs, which may do everything), a user or a client. */
export type Actor = { readonly kind: 'system' } | UserActor | ClientActor

/** A user, by a session. */
export interface UserActor extends Power {
  readonly kind: 'user'
  readonly id: string
  readonly session: string
  /** When the user signed in; milliseconds since the epoch. */
  readonly authTime: number
  /** The only permissions that count here; no limit if absent. */
  readonly ceiling?: readonly string[] | undefined
}

/** An OAuth client that acts for itself. It is nobody's own: what it may do, its permissions say. */
export interface ClientActor extends Power {
  readonly kind: 'client'
  readonly id: string
  /** The id of its grant. */
  readonly grant: string
  readonly ceiling: readonly string[]
}

interface Power {
  /** Whether the token is for this server alone: only then does any permission count. */
  readonly mayUsePower: boolean
}
