import { ConfigurationError } from './errors.ts'
import { type Names, unknownNames } from './option-names.ts'

/** One object of options, and the names that it may have. `path` is what stands before each name: `claims.`. */
export type Checked = readonly [path: string, given: unknown, names: Readonly<Record<string, true>>]

/**
 * Reads the options of a public function: only their own names count, so that nothing on a prototype can set one.
 *
 * @throws ConfigurationError that names every unknown option, and what was probably meant
 */
export function readOptions<T extends object>(where: string, given: T, names: Names<T>): T {
  refuseUnknown(where, [['', given, names]])
  return ownOnly(given)
}

/** @throws ConfigurationError that names every unknown option of all the objects */
export function refuseUnknown(where: string, checked: readonly Checked[]): void {
  const wrong = checked.flatMap(([path, given, names]) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      return [`${path === '' ? 'the options are' : `\`${path.slice(0, -1)}\` is`} not an object.`]
    }
    return unknownNames(given, Object.keys(names)).map(
      ({ name, meant }) =>
        `\`${path}${name}\` is not an option.${meant === undefined ? '' : ` Did you mean \`${path}${meant}\`?`}`,
    )
  })
  if (wrong.length > 0) throw new ConfigurationError(`${where}: ${wrong.join(' ')}`)
}

/** A copy without a prototype: reading an option that was not given finds nothing, whoever put it on Object.prototype. */
export function ownOnly<T extends object>(given: T): T {
  return Object.assign(Object.create(null) as T, given)
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a time such as `'5m'` or `'24h'`, or of a number of seconds; undefined for anything else. */
export function readDuration(time: unknown): number | undefined {
  if (typeof time === 'number') return Number.isFinite(time) && time >= 0 ? time : undefined
  if (typeof time !== 'string') return undefined
  const [, amount, unit = ''] = /^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$/.exec(time) ?? []
  const factor = units[unit]
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor
}
