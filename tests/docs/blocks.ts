import { readFileSync } from 'node:fs'

/** A program of a document: a code block that starts with imports, and those after it in the same section. */
export interface Program {
  /** The heading that it stands under. */
  readonly heading: string
  /** The last word of the fence's line, as in "```ts after"; empty for most. */
  readonly label: string
  readonly language: 'ts' | 'js'
  readonly code: string
}

const fence = /^```(\w+) ?(\w*)\n([\s\S]*?)^```$|^(#{1,4}) (.*)$|^<!-- given\n([\s\S]*?)^-->$/gm

/**
 * Reads the programs out of a Markdown document. What a section takes for granted (an import, a loader) stands in a
 * comment `<!-- given … -->` in front of its first block.
 */
export function programsOf(file: string): Program[] {
  const programs: Program[] = []
  let heading = ''
  let given = ''
  for (const [, language, label = '', code = '', , title, comment] of readFileSync(file, 'utf8').matchAll(
    fence,
  )) {
    if (title !== undefined) {
      heading = title
      given = ''
    }
    if (comment !== undefined) given += comment
    if (language !== 'ts' && language !== 'js') continue
    const last = programs.at(-1)
    if (last?.heading === heading && !code.startsWith('import ')) {
      programs[programs.length - 1] = { ...last, code: last.code + code }
    } else programs.push({ heading, label, language, code: given + code })
  }
  return programs
}
