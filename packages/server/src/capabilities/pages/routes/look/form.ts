import type { Look } from './appearance.ts'
import { html, type Markup, nothing } from './markup.ts'

/** A page whose forms are accepted: `token` is what `requireOwnForm` looks for. */
export interface FormPage {
  readonly look: Look
  readonly token: string
}

/**
 * A form of this server, with the token without which it would be refused.
 *
 * @param path where it is sent, below the issuer's path
 * @param hidden what it carries besides its fields
 */
export function ownForm(
  { look: { base }, token }: FormPage,
  path: string,
  content: Markup,
  {
    hidden = {},
    className,
  }: { readonly hidden?: Readonly<Record<string, string>>; readonly className?: string } = {},
): Markup {
  const carried = Object.entries({ form_token: token, ...hidden })
  return html`<form${className === undefined ? nothing : html` class="${className}"`} method="post" action="${base}${path}">
${carried.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${content}
</form>`
}
