import type { CallerKind } from '../callers.ts'
import type { Persona } from '../plan/persona.ts'

/** The header lines that a caller sends about itself. */
export type CallerHeaders = readonly (readonly [string, string])[]

/** Makes every token of a run: the good ones, and each kind of bad one. */
export interface TokenMaker {
  /** The issuer's identifier, which the application is started against. */
  readonly issuer: string
  /**
   * The `Authorization` field lines of a kind of caller with the claims of a persona; undefined where there is no such
   * caller for these tokens: that column of the table stays empty.
   */
  headers(
    caller: CallerKind,
    persona: Persona | undefined,
  ): CallerHeaders | undefined | Promise<CallerHeaders | undefined>
  /** Lets the revocation feed fall silent; undefined where there is none. */
  stopFeed?: () => void
  close(): Promise<void> | void
}

/** What a maker of tokens gets before the application starts. */
export interface TokenContext {
  readonly audience: string
  readonly base: URL
}
