import type { Context } from '../../context.ts'
import { headerText } from '../../platform/mail/address.ts'
import { contentOf } from '../../platform/mail/html.ts'
import { textOf } from '../../platform/mail/letter.ts'
import { fillTemplate } from '../../platform/mail/template.ts'
import { chooseLanguage } from '../../texts/languages.ts'
import { letterOf, type QueuedValues } from './letter.ts'
import { messageKeys } from './messages.ts'
import { sealedFor } from './queue.ts'
import type { OutboxTable } from './schema.ts'
import { templatesOf } from './templates.ts'

/** A message as its reader gets it. */
export interface Rendered {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly language: string
}

/**
 * Opens what was queued and puts it into words.
 *
 * @throws SealError (`seal`) if it was sealed under another secret, or for another recipient
 */
export async function render(
  ctx: Pick<Context, 'config' | 'sealer'>,
  row: Pick<OutboxTable, 'id' | 'message' | 'locale' | 'recipient' | 'values_sealed'>,
): Promise<Rendered> {
  const message = messageKeys.find((key) => key === row.message)
  if (message === undefined) throw new Error('This version knows no such message.')
  const opened = ctx.sealer.open(row.values_sealed ?? '', sealedFor(row.id, row.recipient))
  const values: QueuedValues = JSON.parse(opened.toString())
  const language = chooseLanguage([row.locale], undefined)
  const { letter, words } = await letterOf(ctx, message, language, values, row.recipient)
  const templates = templatesOf(ctx.config)
  const all = { ...words, heading: letter.heading, language, direction: letter.direction }
  const [subject, text, html] = (['subject', 'txt', 'html'] as const).map((part) => {
    const template = templates.find(message, part, language)
    return template === undefined ? undefined : fillTemplate(template, all, { html: part === 'html' })
  })
  const title = headerText(subject ?? letter.subject)
  const frame = {
    language,
    direction: letter.direction,
    subject: title,
    preview: letter.before[1] ?? letter.heading,
    app: letter.app,
    content: html ?? contentOf(letter),
    footer: letter.footer,
  }
  return {
    subject: title,
    text: text ?? textOf(letter),
    html: fillTemplate(templates.layout, frame, { html: true, raw: ['content'] }),
    language,
  }
}
