import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'
import { ConfigError } from '../../config.ts'
import { layout } from '../../platform/mail/html.ts'
import { templateProblems } from '../../platform/mail/template.ts'
import { type Language, languages } from '../../texts/languages.ts'
import { isNotice, type MessageKey, messageKeys } from './messages.ts'
import { mailSettings } from './settings.ts'

/** What a file of the folder replaces: the subject, the plain text or the HTML of a message. */
export type TemplatePart = 'subject' | 'txt' | 'html'

/** The templates in use: the frame, and what replaces parts of messages. */
export interface Templates {
  readonly layout: string
  find(message: MessageKey, part: TemplatePart, language: Language): string | undefined
}

const longestFile = 256 * 1024
const frameWords = ['language', 'direction', 'subject', 'preview', 'app', 'content', 'footer'] as const
const words = [
  ...['app', 'recipient', 'name', 'link', 'code', 'duration', 'at', 'device', 'address'],
  ...['email', 'inviter', 'removed', 'deletedAt', 'heading', 'language', 'direction'],
]
const known = new WeakMap<Config, Templates>()

/** The server's own templates, but for what the folder has. Read once, at the start. */
export function templatesOf(config: Config): Templates {
  let templates = known.get(config)
  if (templates === undefined) {
    templates = readTemplates(settingsOf(config, mailSettings).templates)
    known.set(config, templates)
  }
  return templates
}

/** @throws ConfigError that names every file which cannot be used, and why */
function readTemplates(folder: string | undefined): Templates {
  const files = folder === undefined ? new Map<string, string>() : readFolder(folder)
  return {
    layout: files.get('layout.html') ?? layout,
    find: (message, part, language) =>
      files.get(`${message}.${language}.${part}`) ?? files.get(`${message}.${part}`),
  }
}

function readFolder(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  const problems: string[] = []
  for (const name of namesIn(folder)) {
    const text = textIn(join(folder, name))
    const wrong = text === undefined ? ['is no text of 256 KiB at most'] : problemsOf(name, text)
    problems.push(...wrong.map((each) => `${name}: ${each}`))
    if (text !== undefined) files.set(name, name.includes('.subject') ? text.trim() : text)
  }
  if (problems.length === 0) return files
  throw new ConfigError(problems.map((problem) => ({ setting: 'GATEHOUSE_MAIL_TEMPLATES', problem })))
}

function namesIn(folder: string): string[] {
  try {
    // editors and version control leave hidden files
    return readdirSync(folder).filter((name) => !name.startsWith('.') && !/^readme/i.test(name))
  } catch (error) {
    const problem = `cannot be read: ${error instanceof Error ? error.message : String(error)}`
    throw new ConfigError([{ setting: 'GATEHOUSE_MAIL_TEMPLATES', problem }])
  }
}

function textIn(path: string): string | undefined {
  const { size } = statSync(path)
  if (size > longestFile) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch {
    return undefined
  }
}

function problemsOf(name: string, text: string): string[] {
  if (name === 'layout.html') return templateProblems(text, frameWords, ['content', 'footer'])
  const [, message = '', language, part] =
    /^([a-z-]+?)(?:\.([a-z]{2}))?\.(subject|txt|html)$/.exec(name) ?? []
  const key = messageKeys.find((each) => each === message)
  if (key === undefined || part === undefined)
    return [
      `is not the name of a template; they are layout.html and, for ${messageKeys.join(', ')}: NAME.html, NAME.txt, NAME.subject`,
    ]
  if (language !== undefined && !languages.some((each) => each === language))
    return [`is in none of the languages ${languages.join(', ')}`]
  if (part === 'subject' && text.trim().includes('\n')) return ['is more than one line']
  // somebody who cannot follow a link cannot do what the message is for
  const needed = part !== 'subject' && !isNotice(key) ? ['link'] : []
  return templateProblems(text, words, needed)
}
