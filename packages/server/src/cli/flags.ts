import { type Command, Option } from 'commander'
import { flagOf, type SettingName, settings } from '../config/settings.ts'
import type { Terminal } from './terminal.ts'

interface Described {
  readonly value: string
  readonly help: string
  readonly fallback?: string
  readonly secret?: boolean
}

const all = Object.entries<Described>(settings) as [SettingName, Described][]

// every user of a machine can list command lines
const exposed = 'safer as an environment variable'

/**
 * Adds a flag for every setting, named like its environment variable. `shown` lists them in the help; commands that need
 * few of them accept them without listing.
 */
export function addSettings(command: Command, { shown }: { shown: boolean }): Command {
  for (const [name, { value, help, fallback, secret }] of all) {
    // a switch may stand alone: --allow-insecure-issuer
    const form = value === '<on|off>' ? '[on|off]' : value
    const notes = [name, ...(fallback ? [`default: ${fallback}`] : []), ...(secret ? [exposed] : [])]
    const described = `${help} (${notes.join('; ')})`
    const option = new Option(`${flagOf(name)} ${form}`, described)
    if (value === '<on|off>') option.preset('on').default(undefined)
    command.addOption(shown ? option : option.hideHelp())
  }
  if (!shown)
    command.addHelpText(
      'after',
      '\nSettings are flags or environment variables; see `gatehouse serve --help`.',
    )
  return command
}

/** The environment, overridden by flags. */
export function environmentOf(
  { environment }: Terminal,
  options: Readonly<Record<string, unknown>>,
): Record<string, string | undefined> {
  const effective = { ...environment }
  for (const [name] of all) {
    const given = options[new Option(flagOf(name)).attributeName()]
    if (typeof given === 'string') effective[name] = given
  }
  return effective
}
