import type { Context } from '../../context.ts'
import { headerText } from '../../platform/mail/address.ts'
import type { Letter } from '../../platform/mail/letter.ts'
import { fill } from '../../texts/fill.ts'
import { duration, listed, moment } from '../../texts/formats.ts'
import { directionOf, type Language } from '../../texts/languages.ts'
import { type MailTexts, mailTexts } from '../../texts/mail/index.ts'
import type { MessageKey, Removed } from './messages.ts'
import { appNameOf } from './settings.ts'

/** Everything that any message may say, as it was queued. */
export interface QueuedValues {
  readonly link?: string | undefined
  readonly code?: string | undefined
  readonly expiresInMs?: number | undefined
  readonly name?: string | undefined
  readonly at?: number | undefined
  readonly device?: string | undefined
  readonly address?: string | undefined
  readonly email?: string | undefined
  readonly inviter?: string | undefined
  readonly removed?: readonly Removed[] | undefined
  readonly deletedAt?: number | undefined
}

/** The values as words of a language, by the names of their places in texts and templates. */
export type Words = Readonly<Record<string, string | undefined>>

export function wordsOf(
  ctx: Pick<Context, 'config'>,
  language: Language,
  texts: MailTexts,
  values: QueuedValues,
  recipient: string,
): Words {
  const { link, code, expiresInMs, at, removed, deletedAt, name, device, address, email, inviter } = values
  const lasts = expiresInMs === undefined ? undefined : duration(language, expiresInMs)
  return {
    app: appNameOf(ctx.config),
    recipient,
    link,
    code,
    name: personName(name),
    device: plain(device),
    address: plain(address),
    email: plain(email),
    inviter: personName(inviter),
    duration: lasts,
    at: at === undefined ? undefined : moment(language, at),
    deletedAt: deletedAt === undefined ? undefined : moment(language, deletedAt),
    removed:
      removed === undefined
        ? undefined
        : listed(
            language,
            removed.map((each) => texts.removed[each]),
          ),
  }
}

const plain = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : headerText(text) || undefined

/**
 * A name as people chose it, on one line. One that looks like an address is left out: programs would make a link of it, in a
 * message that they trust.
 */
function personName(text: string | undefined): string | undefined {
  const name = plain(text)
  return name === undefined || /[/@\\]|:\S|www\./i.test(name) ? undefined : name
}

/** A message in words, ready to be laid out. */
export async function letterOf(
  ctx: Pick<Context, 'config'>,
  message: MessageKey,
  language: Language,
  values: QueuedValues,
  recipient: string,
): Promise<{ letter: Letter; words: Words }> {
  const texts = await mailTexts(language)
  const { subject, heading, before, withButton = [], button, after } = texts.messages[message]
  const { frame, facts } = texts
  const { link, code } = values
  const words = wordsOf(ctx, language, texts, values, recipient)
  const say = (...parts: readonly (string | undefined)[]): string[] =>
    parts.flatMap((part) => (part === undefined ? [] : (fill(part, words) ?? [])))
  const letter: Letter = {
    language,
    direction: directionOf(language),
    app: appNameOf(ctx.config),
    subject: say(subject)[0] ?? '',
    heading: say(heading)[0] ?? '',
    before: say(
      words['name'] === undefined ? frame.greetingOnly : frame.greeting,
      ...before,
      ...(link === undefined ? [] : withButton),
    ),
    button:
      button === undefined || link === undefined
        ? undefined
        : { label: say(button)[0] ?? '', link, byHand: frame.linkByHand },
    code: code === undefined ? undefined : { label: frame.code, digits: code },
    facts: (['at', 'device', 'address'] as const).flatMap((each) => {
      const value = words[each]
      return value === undefined ? [] : [{ label: facts[each], value }]
    }),
    after: say(
      link === undefined ? undefined : code === undefined ? frame.expires : frame.expiresWithCode,
      ...after,
    ),
    footer: say(frame.footer)[0] ?? '',
  }
  return { letter, words }
}
