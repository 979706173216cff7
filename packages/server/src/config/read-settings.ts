import { type ConfigProblem, type Setting, type Settings, settings } from './settings.ts'

/** Parses every setting, noting each problem; a setting with one has its fallback, so that all are found at once. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  problems: ConfigProblem[],
): Settings {
  const entries = Object.entries<Setting<unknown>>(settings).map(([name, { parse, fallback }]) => {
    const text: unknown = Object.hasOwn(environment, name) ? environment[name] : undefined
    const given = text === undefined || text === '' ? fallback : text
    if (given === undefined) return [name, undefined]
    try {
      if (typeof given !== 'string') throw new Error('must be text, as an environment variable has it')
      return [name, parse(given)]
    } catch (error) {
      problems.push({ setting: name, problem: error instanceof Error ? error.message : String(error) })
      return [name, fallback === undefined ? undefined : parse(fallback)]
    }
  })
  return Object.fromEntries(entries) as Settings
}
