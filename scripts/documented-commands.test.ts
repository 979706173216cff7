import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommandLine } from '../packages/server/src/cli/run.ts'
import { root } from './run.ts'

/** Every `npx gatehouse …` of the documentation, without what follows `--` and comments. */
const documented = new Set(
  globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).flatMap(
    (file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/npx gatehouse ([^`#|\n]*)/g)].map(
        ([, line = '']) => line.replace(/ --( .*)?$/, '').trim(),
      ),
  ),
)

async function helpOf(args: readonly string[]): Promise<string> {
  let help = ''
  const print = (line: string): void => {
    help += `${line}\n`
  }
  const terminal = {
    environment: {},
    interactive: false,
    print,
    note: print,
    readAll: async () => '',
    ask: async () => undefined,
    askSecret: async () => undefined,
  }
  expect(await runCommandLine([...args, '--help'], terminal)).toBe(0)
  return help
}

test('there are commands to check', () => {
  expect(documented.size).toBeGreaterThan(8)
})

test.each([...documented].filter((line) => !line.startsWith('prove')))(
  '`npx gatehouse %s` is a command with these flags',
  async (line) => {
    const words = line.split(/\s+/).filter(Boolean)
    const flags = words.filter((word) => word.startsWith('--'))
    const [group = '', verb = ''] = words
    const isGroup = ['user', 'role', 'session', 'key'].includes(group)
    const help = await helpOf(
      isGroup ? [group, verb] : flags.includes('--help') ? words.slice(0, 1) : [group],
    )
    expect(help).toContain(
      `Usage: gatehouse ${isGroup ? `${group} ${verb}` : group.startsWith('--') ? '' : group}`,
    )
    for (const flag of flags) expect(help).toContain(flag)
  },
)
