import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { help } from '@gatehouse/prove'
import { expect, test } from 'vitest'
import { runCommandLine } from '../packages/server/src/cli/run.ts'
import { root } from './run.ts'

/** Every `npx --no-install gatehouse …` of the documentation, without what follows `--` and comments. */
const documented = new Set(
  globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).flatMap(
    (file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/npx --no-install gatehouse ([^`#|\n]*)/g)].map(
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

// `gatehouse` on npm is another product, and nobody has published under our scope yet
test('no text tells a reader to run or install what a stranger publishes', () => {
  const files = globSync(
    ['*.md', '{docs,examples,packages,bench,.github}/**/*.{md,yml,ts,mjs,html}', 'scripts/**/*.ts'],
    {
      cwd: root,
      exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path),
    },
  )
  expect(files.length).toBeGreaterThan(300)
  const foreign = [
    /\b(npx|bunx|npm (exec|x)|(pnpm|yarn) dlx) (?!--no-install )[^\n`|#]*?(?<![\w/-])@?gatehouse\b/,
    /\b(npm (i|install|add)|(pnpm|yarn|bun) add) [^\n`|#]*?(?<![\w./-])@?gatehouse\b/,
  ]
  const found = files
    .filter((file) => !file.endsWith('documented-commands.test.ts'))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => foreign.some((pattern) => pattern.test(line)))
        .map((line) => `${file}: ${line.trim()}`),
    )
  expect(found).toEqual([])
  expect('npx gatehouse serve').toMatch(foreign[0] as RegExp)
  expect('npm i -D gatehouse').toMatch(foreign[1] as RegExp)
  expect('npm install @gatehouse/guard').toMatch(foreign[1] as RegExp)
})

test('there are commands to check', () => {
  expect(documented.size).toBeGreaterThan(8)
})

test('every `npx --no-install gatehouse-prove` has flags that the command knows', () => {
  const lines = globSync(['docs/**/*.md', 'packages/*/README.md'], { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/npx --no-install gatehouse-prove([^`#|\n]*)/g)].map(
      ([, line = '']) => line.replace(/ --( .*)?$/, ''),
    ),
  )
  expect(lines.length).toBeGreaterThan(3)
  for (const flag of lines.flatMap((line) => line.match(/--[\w-]+/g) ?? []))
    expect(help('gatehouse-prove')).toContain(flag)
})

test.each([...documented].filter((line) => !line.startsWith('prove')))(
  '`npx --no-install gatehouse %s` is a command with these flags',
  async (line) => {
    const words = line.split(/\s+/).filter(Boolean)
    const flags = words.filter((word) => word.startsWith('--'))
    const [group = '', verb = ''] = words
    const isGroup = ['user', 'role', 'session', 'mail', 'key', 'invite'].includes(group)
    const help = await helpOf(
      isGroup ? [group, verb] : flags.includes('--help') ? words.slice(0, 1) : [group],
    )
    expect(help).toContain(
      `Usage: gatehouse ${isGroup ? `${group} ${verb}` : group.startsWith('--') ? '' : group}`,
    )
    for (const flag of flags) expect(help).toContain(flag)
  },
)
