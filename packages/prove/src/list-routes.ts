import { setTimeout as pause } from 'node:timers/promises'
import { type ProveConfig, ProveSetupError } from './config.ts'
import { type Manifest, readManifest } from './plan/manifest.ts'
import { baseAddress } from './run/address.ts'
import { withSetting } from './run/started.ts'

export interface ListRoutesOptions {
  /** The configuration of a run, for what the application is started with: `env`, `passEnv`, `audience` and the like. */
  readonly config?: Partial<ProveConfig>
  /** Milliseconds to wait for the manifest; 60,000 by default. */
  readonly patience?: number
  readonly signal?: AbortSignal
}

/**
 * Starts an application as a run does, waits until `guard.seal` has written its manifest, and ends it again. Calls
 * none of its routes.
 *
 * @throws ProveSetupError (`prove_setup`) when the application ends first, or takes longer
 */
export async function listRoutes(
  command: readonly string[],
  { config = {}, patience = 60_000, signal }: ListRoutesOptions = {},
): Promise<Manifest> {
  const whole = { base: 'http://127.0.0.1', ...config }
  const base = baseAddress(whole.base, whole.anywhere === true)
  return withSetting({ config: whole, base, signal }, async ({ start, manifest }) => {
    const application = start(command)
    const deadline = performance.now() + patience
    for (;;) {
      // it is written whole, by renaming
      const found = await readManifest(manifest)
      if (found !== undefined) return found
      application.assertRunning()
      if (performance.now() > deadline) {
        throw new ProveSetupError(
          `No manifest was written in time. Does the application call guard.seal(app)? It printed:\n${application.output().trim() || '(nothing)'}`,
        )
      }
      await pause(20)
    }
  })
}
