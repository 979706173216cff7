import { checkCore, configOf, factsOf, readCore } from './config/core.ts'
import { type Environment, readSettings } from './config/read-settings.ts'
import { readSecrets } from './config/secrets.ts'
import type { ConfigProblem } from './config/setting.ts'
import { type SettingsSource, unknownSettings } from './config/unknown-settings.ts'
import { type Config, ConfigError } from './config.ts'
import { capabilitySettings, settings } from './settings.ts'

/**
 * Reads the configuration, an environment (or what flags made of one), once and whole.
 *
 * Makes the data folder and a secret there when SQLite is used and GATEHOUSE_SECRET is not set.
 *
 * @param source an `environment`, in which an unknown name that begins with GATEHOUSE_ is an error, or `settings` alone,
 *   in which every unknown name is
 * @throws ConfigError (`config`) naming every setting that is wrong or unknown
 * @example
 * const config = readConfig(process.env)
 */
export function readConfig(environment: Environment, source: SettingsSource = 'environment'): Config {
  const problems: ConfigProblem[] = unknownSettings(settings, environment, source)
  const core = readCore(environment, problems)
  const groups = capabilitySettings.map(
    (group) => [group, readSettings(group, environment, problems)] as const,
  )
  const facts = factsOf(core)
  const checks = [
    ...checkCore(core),
    ...groups.flatMap(([group, values]) => group.check?.(values, facts) ?? []),
  ]
  // what could not be parsed has its problem already; being absent is not another one
  const isNew = ({ setting }: ConfigProblem): boolean => !problems.some((each) => each.setting === setting)
  for (const problem of checks.filter(isNew)) if (isNew(problem)) problems.push(problem)
  if (problems.length > 0) throw new ConfigError(problems)
  const secrets = readSecrets(core, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze({ ...configOf(core, secrets), settings: new Map(groups) })
}
