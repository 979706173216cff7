import { readFileSync } from 'node:fs'

/** A program of a document: the code blocks of one section, one after the other. */
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
  const programs = new Map<string, Program>()
  let heading = ''
  let given = ''
  for (const [, language, label = '', code = '', , title, comment] of readFileSync(file, 'utf8').matchAll(
    fence,
  )) {
    if (title !== undefined) heading = title
    if (title !== undefined) given = ''
    if (comment !== undefined) given += comment
    if (language !== 'ts' && language !== 'js') continue
    const key = `${heading}\n${label}`
    programs.set(key, { heading, label, language, code: `${programs.get(key)?.code ?? given}${code}` })
  }
  return [...programs.values()]
}
