import { parsers } from '../../config/parsers.ts'
import { type ConfigProblem, defineSettings, settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'
import { headerText, type Mailbox, readMailbox } from '../../platform/mail/address.ts'
import { type MailServer, readMailServer } from '../../platform/mail/server.ts'

const longestName = 60

/** How mail is sent, and what it says of the application. */
export const mailSettings = defineSettings(
  {
    server: {
      name: 'GATEHOUSE_MAIL_URL',
      value: '<url>',
      secret: true,
      help: 'The mail server: smtps://user:password@host, or smtp://… with STARTTLS (`?tls=off` without). Without it, mail stays in /dev/mail on a developer’s machine, and elsewhere none is sent.',
      parse: readMailServer,
    },
    from: {
      name: 'GATEHOUSE_MAIL_FROM',
      value: '<mailbox>',
      help: 'Who mail is from: `Acme <no-reply@acme.example>`. Needed with GATEHOUSE_MAIL_URL.',
      parse: mailbox,
    },
    templates: {
      name: 'GATEHOUSE_MAIL_TEMPLATES',
      value: '<folder>',
      help: 'A folder of templates that replace those of the server.',
      parse: parsers.folder,
    },
    appName: {
      name: 'GATEHOUSE_APP_NAME',
      value: '<name>',
      help: 'What mail and pages call your application. Default: the name in GATEHOUSE_MAIL_FROM, else Gatehouse.',
      parse: appNameFrom,
    },
    pagesUrl: {
      name: 'GATEHOUSE_PAGES_URL',
      value: '<url>',
      help: 'Where links in mail lead, if your application has pages of its own. Default: the issuer.',
      parse: parsers.httpsUrl('links carry tokens'),
    },
  },
  ({ server, from }): ConfigProblem[] =>
    server === undefined || from !== undefined
      ? []
      : [
          {
            setting: 'GATEHOUSE_MAIL_FROM',
            problem:
              'must be set with GATEHOUSE_MAIL_URL: who mail is from, such as Acme <no-reply@acme.example>',
          },
        ],
)

/** What becomes of mail: it is sent, it stays in a mailbox on a developer's machine, or there is none. */
export type MailWay =
  | { readonly kind: 'smtp'; readonly server: MailServer; readonly from: Mailbox }
  | { readonly kind: 'mailbox'; readonly from: Mailbox }
  | { readonly kind: 'none' }

export function mailWayOf(config: Config): MailWay {
  const { server, from } = settingsOf(config, mailSettings)
  if (server !== undefined && from !== undefined) return { kind: 'smtp', server, from }
  if (!config.development) return { kind: 'none' }
  return { kind: 'mailbox', from: from ?? { name: 'Gatehouse', address: 'no-reply@localhost' } }
}

/** What mail and pages call the application. */
export function appNameOf(config: Config): string {
  const { appName, from } = settingsOf(config, mailSettings)
  return appName ?? from?.name ?? 'Gatehouse'
}

/** Where links in mail lead, without a trailing slash. */
export const pagesUrlOf = (config: Config): string =>
  settingsOf(config, mailSettings).pagesUrl ?? config.issuer

function mailbox(text: string): Mailbox {
  const read = readMailbox(text)
  if (read === undefined)
    throw new Error('must be an address such as no-reply@acme.example, or Acme <no-reply@acme.example>')
  return read
}

function appNameFrom(text: string): string {
  if (text !== headerText(text) || [...text].length > longestName)
    throw new Error(`must be a name on one line, ${longestName} characters at most`)
  return text
}
