import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/** What a reader of a walkthrough does next, in the order of the page. */
export type Step =
  | { readonly kind: 'write'; readonly file: string; readonly text: string }
  /** Lines of a file to be replaced, as a diff shows them. */
  | { readonly kind: 'edit'; readonly file: string; readonly before: string; readonly after: string }
  /** Commands; `terminal` is what the fence names besides, and `output` the block of text that follows. */
  | {
      readonly kind: 'run'
      readonly terminal: string
      readonly commands: string
      readonly output: string | undefined
    }

const fence = /^```(\w+) ?([\w.]*)\n([\s\S]*?)^```$/gm

/** Reads the files, edits, commands and outputs of a walkthrough. */
export function stepsOf(file: string): Step[] {
  const steps: Step[] = []
  for (const [, language, label = '', text = ''] of readFileSync(file, 'utf8').matchAll(fence)) {
    const last = steps.at(-1)
    if (language === 'sh') steps.push({ kind: 'run', terminal: label, commands: text, output: undefined })
    else if (language === 'diff') steps.push({ kind: 'edit', file: label, ...sidesOf(text) })
    else if (language === 'text' && last?.kind === 'run') steps[steps.length - 1] = { ...last, output: text }
    else if (label !== '') steps.push({ kind: 'write', file: label, text })
    else throw new Error(`Nobody knows what to do with this block of ${file}:\n${text}`)
  }
  return steps
}

function sidesOf(diff: string): { before: string; after: string } {
  const without = (sign: string): string =>
    diff
      .split('\n')
      .filter((line) => !line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n')
  return { before: without('+'), after: without('-') }
}

/**
 * Compares an output with the block of a document that shows it. With `UPDATE_DOCS=1` a block that is out of date is
 * replaced by what was printed instead, for its author to shorten.
 */
export function expectShown(file: string, shown: string, printed: string): void {
  if (process.env['UPDATE_DOCS'] === undefined || patternOf(shown).test(printed)) {
    expect(printed).toMatch(patternOf(shown))
    return
  }
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    text.replace(`\`\`\`text\n${shown}`, () => `\`\`\`text\n${printed}\n`),
  )
}

/** What an output has to match: `…` stands for anything within a line, and for any lines where it is alone on one. */
export function patternOf(output: string): RegExp {
  const lines = output.trimEnd().split('\n')
  const pattern = lines.map((line) => (line === '…' ? '[\\s\\S]*' : line.split('…').map(literal).join('.*')))
  return new RegExp(`^${pattern.join('\\n')}$`)
}

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
