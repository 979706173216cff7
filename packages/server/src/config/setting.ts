/** What is wrong with one setting, in words that say what to do. */
export interface ConfigProblem {
  readonly setting: string
  readonly problem: string
}

/** One setting: how it is read, what it is without a value, and what it is for. */
export interface Setting<T = unknown> {
  /**
   * The environment variable. A name with `<NAME>` in it, such as `GATEHOUSE_PROVIDER_<NAME>_ISSUER`, stands for any
   * number of variables; its value is a map of theirs by the name in lower case. Such settings are no flags.
   */
  readonly name: string
  /** The value when nothing is set, as text for people; parsed like any other. */
  readonly fallback?: string
  /** What to call the value in help: `<url>`. */
  readonly value: string
  readonly help: string
  readonly secret?: boolean
  /** @throws Error whose message says what the value must be, and never repeats a secret */
  readonly parse: (text: string) => T
}

type Definitions = Readonly<Record<string, Setting>>

/** What was read for settings: one without a value and a fallback is undefined. */
export type Values<S extends Definitions> = { readonly [Key in keyof S]: ValueOf<S[Key]> }
type ValueOf<S extends Setting> = S['name'] extends `${string}<NAME>${string}`
  ? ReadonlyMap<string, ReturnType<S['parse']>>
  : ReturnType<S['parse']> | (S extends { fallback: string } ? never : undefined)

/** What the settings of a capability may be compared with. */
export interface ServerFacts {
  readonly host: string
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly development: boolean
}

/** Settings that belong together. */
export interface SettingsGroup<S extends Definitions = Definitions> {
  readonly settings: S
  /** What no setting can know by itself. */
  check?(values: Values<S>, server: ServerFacts): readonly ConfigProblem[]
}

/**
 * Settings that belong together, each under the name that services read it by.
 *
 * @example
 * export const auditSettings = defineSettings({
 *   retention: {
 *     name: 'GATEHOUSE_AUDIT_RETENTION',
 *     value: '<time>',
 *     fallback: '400d',
 *     help: 'How long events of the audit trail are kept (1d to 3650d).',
 *     parse: duration('1d', '3650d'),
 *   },
 * })
 * settingsOf(ctx.config, auditSettings).retention // seconds
 */
export function defineSettings<const S extends Definitions>(
  settings: S,
  check?: (values: Values<S>, server: ServerFacts) => readonly ConfigProblem[],
): SettingsGroup<S> {
  return check === undefined ? { settings } : { settings, check }
}

/** The values of all groups. */
export type SettingValues = ReadonlyMap<SettingsGroup, unknown>

/**
 * What is set for a capability.
 *
 * @throws Error for a group that no capability brings
 */
export function settingsOf<S extends Definitions>(
  { settings }: { readonly settings: SettingValues },
  group: SettingsGroup<S>,
): Values<S> {
  const values = settings.get(group as unknown as SettingsGroup)
  if (values === undefined)
    throw new Error(`no capability brings ${Object.values(group.settings).map(({ name }) => name)}`)
  return values as Values<S>
}

/** The flag of a setting: `--gatehouse-issuer` for GATEHOUSE_ISSUER. */
export const flagOf = ({ name }: Pick<Setting, 'name'>): string =>
  `--${name.toLowerCase().replaceAll('_', '-')}`

/** The variables that a setting with `<NAME>` in its name stands for; undefined for any other setting. */
export function patternOf({ name }: Pick<Setting, 'name'>): RegExp | undefined {
  const [before, after] = name.split('<NAME>')
  return after === undefined ? undefined : new RegExp(`^${before}([A-Z0-9]+(?:_[A-Z0-9]+)*)${after}$`)
}
