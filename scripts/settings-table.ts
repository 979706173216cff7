// Prints the table of docs/configuration.md from the one list that the server reads: `node scripts/settings-table.ts`.
import { settings } from '../packages/server/src/settings.ts'

/** A row for each setting: name, default, what it is for. */
export function settingsTable(): string {
  const rows = settings.map(
    ({ name, help, fallback }) =>
      `| \`${name}\` | ${fallbackOf(name, fallback)} | ${help.replaceAll('|', '\\|')} |`,
  )
  return rows.join('\n')
}

/** Defaults that depend on the machine are described in the help instead. */
function fallbackOf(name: string, fallback: string | undefined): string {
  if (name === 'GATEHOUSE_HASH_WORKERS') return ''
  return fallback === undefined || fallback === '' ? '' : `\`${fallback}\``
}

if (import.meta.main) console.log(settingsTable())
