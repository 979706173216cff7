/** A message as it is read, before it is laid out. Plain texts, all of them. */
export interface Letter {
  /** A language tag, for `lang`. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  /** Who writes. */
  readonly app: string
  readonly subject: string
  readonly heading: string
  readonly before: readonly string[]
  /** What the reader is to do. `byHand` introduces the address for programs that show no button. */
  readonly button: { readonly label: string; readonly link: string; readonly byHand: string } | undefined
  /** Digits to type instead. */
  readonly code: { readonly label: string; readonly digits: string } | undefined
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly after: readonly string[]
  readonly footer: string
}

/** The letter as plain text, in lines of the reader's own width. */
export function textOf({ heading, before, button, code, facts, after, footer }: Letter): string {
  const blocks = [
    heading,
    ...before,
    ...(button === undefined ? [] : [`${button.label}:\n${button.link}`]),
    ...(code === undefined ? [] : [`${code.label}\n${code.digits}`]),
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    ...after,
    `-- \n${footer}`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}
