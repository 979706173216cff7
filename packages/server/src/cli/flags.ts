import { type Command, Option } from 'commander'
import { flagOf, patternOf } from '../config/setting.ts'
import { settings } from '../settings.ts'
import type { Terminal } from './terminal.ts'

/** The settings that have a flag: all but those whose name has a part of the user's own. */
const flags = settings.filter((setting) => patternOf(setting) === undefined)

// every user of a machine can list command lines
const exposed = 'safer as an environment variable'

/**
 * Adds a flag for every setting, named like its environment variable. `shown` lists them in the help; commands that need
 * few of them accept them without listing.
 */
export function addSettings(command: Command, { shown }: { shown: boolean }): Command {
  for (const setting of flags) {
    const { name, value, help, fallback, secret } = setting
    // a switch may stand alone: --allow-insecure-issuer
    const form = value === '<on|off>' ? '[on|off]' : value
    const notes = [name, ...(fallback ? [`default: ${fallback}`] : []), ...(secret ? [exposed] : [])]
    const described = `${help} (${notes.join('; ')})`
    const option = new Option(`${flagOf(setting)} ${form}`, described)
    if (value === '<on|off>') option.preset('on').default(undefined)
    command.addOption(shown ? option : option.hideHelp())
  }
  if (shown) command.addHelpText('after', environmentOnly())
  else
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
  for (const setting of flags) {
    const given = options[new Option(flagOf(setting)).attributeName()]
    if (typeof given === 'string') effective[setting.name] = given
  }
  return effective
}

/** The settings without a flag, for the end of the help. */
function environmentOnly(): string {
  const lines = settings
    .filter((setting) => !flags.includes(setting))
    .map(({ name, value, help }) => `  ${name}=${value}  ${help}`)
  return lines.length === 0 ? '' : `\nOnly as environment variables:\n${lines.join('\n')}`
}
