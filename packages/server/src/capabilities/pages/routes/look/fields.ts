import type { Texts } from '../texts.ts'
import { html, type Markup, nothing } from './markup.ts'

/** What is wrong with the fields of a form that comes back, by the fields' names. */
export type FieldProblems = Readonly<Record<string, string>>

export interface Field {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password'
  readonly value?: string | undefined
  /** What the browser and password managers fill in (HTML, "autofill detail tokens"). */
  readonly autocomplete: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly required?: boolean
  readonly maxlength?: number
  readonly inputmode?: 'numeric' | 'email' | undefined
  /** Beside the label, such as a link for a forgotten password. */
  readonly beside?: Markup | undefined
  readonly autofocus?: boolean
  readonly className?: string
}

/** A labelled input with its hint and its problem, which screen readers announce with it. */
export function field(options: Field): Markup {
  const { name, label, type = 'text', value = '', autocomplete, hint, problem, beside } = options
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ')
  // names and addresses are not to be "corrected" by a phone
  const plain = type === 'password' || autocomplete === 'username' || type === 'email'
  return html`<div class="field">
<div class="label-row"><label for="${name}">${label}</label>${beside ?? nothing}</div>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${type === 'password' ? '' : value}"${attribute('maxlength', options.maxlength)}${attribute('inputmode', options.inputmode)}${attribute('class', options.className)}${attribute('aria-describedby', described)}${flag('required', options.required)}${flag('autofocus', options.autofocus || problem !== undefined)}${plain ? html` autocapitalize="none" spellcheck="false"` : nothing}${problem ? html` aria-invalid="true"` : nothing}>
${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing}${problem ? html`<p class="error" id="${name}-problem">${problem}</p>` : nothing}
</div>`
}

export function textarea(options: {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly problem?: string | undefined
}): Markup {
  const { name, label, value, problem } = options
  return html`<div class="field">
<label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" rows="4"${attribute('aria-describedby', problem && `${name}-problem`)}${problem ? html` aria-invalid="true"` : nothing}>
${value}</textarea>${problem ? html`<p class="error" id="${name}-problem">${problem}</p>` : nothing}
</div>`
}

export interface Choice {
  readonly value: string
  readonly label: string
  /** The language that the label is written in, where it is not the page's. */
  readonly lang?: string
}

export function select(name: string, label: string, choices: readonly Choice[], chosen: string): Markup {
  return html`<div class="field">
<label for="${name}">${label}</label>
<select id="${name}" name="${name}">${choices.map(
    (choice) =>
      html`<option value="${choice.value}"${attribute('lang', choice.lang)}${flag('selected', choice.value === chosen)}>${choice.label}</option>`,
  )}</select>
</div>`
}

export type Notice = { readonly kind: 'good' | 'bad' | 'plain'; readonly text: Markup | string }

/** What a page has to say first. Problems are announced at once; `tabindex` lets the focus go there. */
export function notice(given: Notice | undefined): Markup {
  if (given === undefined) return nothing
  const { kind, text } = given
  return html`<div class="notice${kind === 'plain' ? '' : ` ${kind}`}" role="${kind === 'bad' ? 'alert' : 'status'}" tabindex="-1"><p>${text}</p></div>`
}

/** The notice above a form with problems: a link to each of its fields that has one. */
export function problemsNotice(t: Texts, problems: FieldProblems): Notice | undefined {
  const entries = Object.entries(problems)
  if (entries.length === 0) return undefined
  const links = entries.map(
    ([name, text], i) => html`${i > 0 ? html`<br>` : nothing}<a href="#${name}">${text}</a>`,
  )
  return { kind: 'bad', text: html`${t('form.problems')}<br>${links}` }
}

function attribute(name: string, value: string | number | undefined): Markup {
  return value === undefined || value === '' ? nothing : html` ${name}="${value}"`
}

function flag(name: string, on: boolean | undefined): Markup {
  return on === true ? html` ${name}` : nothing
}
