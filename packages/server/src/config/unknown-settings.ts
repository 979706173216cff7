import { closest } from '@gatehouse/guard/option-names'
import type { Environment } from './read-settings.ts'
import { type ConfigProblem, patternOf, type Setting } from './setting.ts'

/** Where settings come from: an environment holds much that is none of ours, an object of settings nothing else. */
export type SettingsSource = 'environment' | 'settings'

/** Read by other parts of Gatehouse: the guard in an API, `guard.seal`, the prover. */
const readElsewhere = new Set(['GATEHOUSE_AUDIENCE', 'GATEHOUSE_MANIFEST', 'GATEHOUSE_PROVE_NONCE'])

/** Kubernetes describes a Service named `gatehouse` or `gatehouse-…` to every pod beside it. */
const serviceVariable =
  /^GATEHOUSE_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)$/
const serviceAddress = /^(?:tcp|udp|sctp):\/\//

/** A problem for each name that is no setting: one that is misspelt would be ignored, and its default used instead. */
export function unknownSettings(
  settings: readonly Setting[],
  given: Environment,
  source: SettingsSource,
): ConfigProblem[] {
  const names = new Set(settings.map(({ name }) => name))
  const patterns = settings.flatMap((setting) => patternOf(setting) ?? [])
  const isKnown = (name: string): boolean => names.has(name) || patterns.some((pattern) => pattern.test(name))
  return Object.entries(given)
    .filter(([name, value]) => !isKnown(name) && !isElses(name, value, source))
    .map(([name]) => {
      const meant = meantBy(name, names)
      return {
        setting: name,
        problem: `is not a setting.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
      }
    })
}

/** The setting that a name is close to, or is but for the prefix: some settings have it and some have not. */
function meantBy(name: string, names: ReadonlySet<string>): string | undefined {
  const prefix = 'GATEHOUSE_'
  const other = name.startsWith(prefix) ? name.slice(prefix.length) : prefix + name
  return names.has(other) ? other : closest(name, [...names])
}

/** Whether a variable is somebody else's. `{ ...process.env, PORT: '1' }` brings the whole environment along. */
function isElses(name: string, value: string | undefined, source: SettingsSource): boolean {
  if (source === 'settings' && process.env[name] !== value) return false
  if (!name.startsWith('GATEHOUSE_') || readElsewhere.has(name) || serviceVariable.test(name)) return true
  return name.endsWith('_PORT') && serviceAddress.test(value ?? '')
}
