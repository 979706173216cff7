import { type ConfigProblem, patternOf, type Setting, type SettingsGroup, type Values } from './setting.ts'

/** Names and texts, as an environment has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Parses the settings of a group, noting each problem; one with a problem has its fallback, so that all are found at once. */
export function readSettings<S extends Readonly<Record<string, Setting>>>(
  { settings }: SettingsGroup<S>,
  environment: Environment,
  problems: ConfigProblem[],
): Values<S> {
  const entries = Object.entries(settings).map(([key, setting]) => {
    const pattern = patternOf(setting)
    const value =
      pattern === undefined
        ? readOne(setting, setting.name, environment, problems)
        : readEvery(setting, pattern, environment, problems)
    return [key, value]
  })
  return Object.freeze(Object.fromEntries(entries)) as Values<S>
}

function readOne(
  { parse, fallback }: Setting,
  name: string,
  environment: Environment,
  problems: ConfigProblem[],
): unknown {
  const text: unknown = Object.hasOwn(environment, name) ? environment[name] : undefined
  const given = text === undefined || text === '' ? fallback : text
  if (given === undefined) return undefined
  try {
    if (typeof given !== 'string') throw new Error('must be text, as an environment variable has it')
    return parse(given)
  } catch (error) {
    problems.push({ setting: name, problem: error instanceof Error ? error.message : String(error) })
    return fallback === undefined ? undefined : parse(fallback)
  }
}

function readEvery(
  setting: Setting,
  pattern: RegExp,
  environment: Environment,
  problems: ConfigProblem[],
): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  for (const name of Object.keys(environment)) {
    const [, middle] = pattern.exec(name) ?? []
    const value = middle === undefined ? undefined : readOne(setting, name, environment, problems)
    if (middle !== undefined && value !== undefined) values.set(middle.toLowerCase(), value)
  }
  return values
}
