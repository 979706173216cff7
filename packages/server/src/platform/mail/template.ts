import { escapeHtml } from './escape.ts'

/** `{{name}}`, and `{{#name}} … {{/name}}` around what is shown only where there is a value. */
const tag = /\{\{([#/]?)\s*([^{}]*?)\s*\}\}/g
const section = /\{\{#\s*([\w]+)\s*\}\}([\s\S]*?)\{\{\/\s*\1\s*\}\}/g

export type TemplateValues = Readonly<Record<string, string | undefined>>

/** Fills a template; a place without a value stays empty. `raw` names values that are HTML already. */
export function fillTemplate(
  template: string,
  values: TemplateValues,
  { html, raw = [] }: { readonly html: boolean; readonly raw?: readonly string[] },
): string {
  const wordFor = (name: string): string => (Object.hasOwn(values, name) ? values[name] : undefined) ?? ''
  return template
    .replace(section, (_, name: string, inner: string) => (wordFor(name) === '' ? '' : inner))
    .replace(tag, (_, kind: string, name: string) => {
      if (kind !== '') return ''
      return html && !raw.includes(name) ? escapeHtml(wordFor(name)) : wordFor(name)
    })
}

/** What is wrong with a template, each with its line; nothing, if it can be filled. */
export function templateProblems(
  template: string,
  known: readonly string[],
  needed: readonly string[],
): string[] {
  const lineOf = (at: number): number => template.slice(0, at).split('\n').length
  const used = [...template.matchAll(tag)].map(({ 1: kind = '', 2: name = '', index }) => ({
    kind,
    name,
    index,
  }))
  const unknown = used
    .filter(({ name }) => !known.includes(name))
    .map(({ name, index }) => `line ${lineOf(index)}: {{${name}}} is none of ${known.join(', ')}`)
  const missing = needed
    .filter((name) => !used.some((each) => each.kind === '' && each.name === name))
    .map((name) => `{{${name}}} is missing`)
  return [...unknown, ...missing, ...unbalanced(used, lineOf)]
}

function unbalanced(
  used: readonly { kind: string; name: string; index: number }[],
  lineOf: (at: number) => number,
): string[] {
  let open: string | undefined
  for (const { kind, name, index } of used) {
    if (kind === '#' && open !== undefined) return [`line ${lineOf(index)}: a section within a section`]
    if (kind === '/' && open !== name) return [`line ${lineOf(index)}: {{/${name}}} closes nothing`]
    if (kind !== '') open = kind === '#' ? name : undefined
  }
  return open === undefined ? [] : [`{{#${open}}} is never closed`]
}
