import type { ProveConfig } from '../config.ts'
import type { ManifestRoute } from '../plan/manifest.ts'
import type { TokenMaker } from './token-maker.ts'

/** What a run needs to know, from its first call to its last. */
export interface AttackOptions {
  readonly config: ProveConfig
  /** Every route of the application. */
  readonly routes: readonly ManifestRoute[]
  readonly base: URL
  readonly tokens: TokenMaker
  /** Sent to the guard, which then reports its decision; undefined where we did not start the application. */
  readonly nonce: string | undefined
  /** Ends the run: nothing is called any more. */
  readonly signal: AbortSignal | undefined
  readonly onProgress: (done: number, all: number) => void
}
