import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProveConfig, ProveSetupError } from '../config.ts'
import { type Application, startApplication } from './application.ts'
import type { TokenMaker } from './token-maker.ts'
import { issuerTokens, sharedSecretTokens } from './tokens.ts'

/** What a run works with, and how an application that it starts learns of it. */
export interface Setting {
  readonly tokens: TokenMaker
  /** Where an application that was started here leaves its manifest: in a folder with an unguessable name. */
  readonly manifest: string
  /** Makes the guard of an application that was started here report its decisions. */
  readonly nonce: string
  /** Starts an application that trusts this setting's issuer. */
  start(command: readonly string[]): Application
}

/**
 * Lends a setting to `work`: an issuer on loopback and a temporary folder. Whatever happens (an error, `signal`), the
 * application that `work` started has ended and the folder is gone afterwards.
 *
 * @throws ProveSetupError (`prove_setup`) when `signal` ends it
 */
export async function withSetting<Result>(
  { config, base, signal }: { config: ProveConfig; base: URL; signal?: AbortSignal | undefined },
  work: (setting: Setting) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-prove-'))
  const started: Application[] = []
  let tokens: TokenMaker | undefined
  try {
    tokens = await tokensFor(config, base)
    const manifest = join(folder, 'manifest.json')
    const nonce = randomBytes(32).toString('hex')
    const env = environment(config, tokens, nonce, manifest)
    const start = (command: readonly string[]): Application => {
      const application = startApplication(command, env, config.passEnv ?? [])
      started.push(application)
      return application
    }
    return await Promise.race([work({ tokens, manifest, nonce, start }), ...endedBy(signal)])
  } finally {
    await Promise.all(started.map((application) => application.stop()))
    await tokens?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const defaultAudience = 'prove'

async function tokensFor(config: ProveConfig, base: URL): Promise<TokenMaker> {
  const { tokens, sharedSecret, audience = defaultAudience, revocation } = config
  if (tokens !== undefined) return tokens({ audience, base })
  return sharedSecret === undefined
    ? issuerTokens(audience, revocation !== false)
    : sharedSecretTokens('https://prove.invalid', sharedSecret)
}

function environment(
  { env, audience = defaultAudience, sharedSecret }: ProveConfig,
  tokens: TokenMaker,
  nonce: string,
  manifest: string,
): Record<string, string> {
  return {
    GATEHOUSE_ISSUER: tokens.issuer,
    GATEHOUSE_AUDIENCE: audience,
    GATEHOUSE_PROVE_NONCE: nonce,
    GATEHOUSE_MANIFEST: manifest,
    ...(sharedSecret === undefined ? {} : { JWT_SECRET: sharedSecret }),
    ...env,
  }
}

function endedBy(signal: AbortSignal | undefined): Promise<never>[] {
  if (signal === undefined) return []
  return [
    new Promise((_, reject) => {
      const end = (): void => reject(new ProveSetupError('Interrupted.'))
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    }),
  ]
}
