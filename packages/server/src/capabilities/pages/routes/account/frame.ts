import { isRecentSignIn } from '../../../accounts/index.ts'
import { noticeOf, type Rejection } from '../form-problems.ts'
import { accountPage } from '../look/document.ts'
import { type Notice, notice } from '../look/fields.ts'
import { html, type Markup } from '../look/markup.ts'
import type { OwnRequest } from '../page-route.ts'
import type { TextKey } from '../texts.ts'

/** What a section of the account says first: what was done, or what is wrong. */
export interface Said {
  /** The text for what was just done. */
  readonly done?: TextKey | undefined
  readonly rejection?: Rejection | undefined
}

/** A section of the account in its frame. */
export function section(
  { look, token, auth }: OwnRequest,
  here: string,
  { done, rejection }: Said,
  main: Markup,
): Markup {
  const { t } = look
  const label = look.sections.find(({ path }) => path === here)?.label ?? 'account.title'
  return accountPage({
    look,
    title: t(label),
    here,
    username: String(auth.user.username ?? ''),
    signOutToken: token,
    main: html`${notice(saying())}${main}`,
  })

  function saying(): Notice | undefined {
    if (rejection !== undefined) return noticeOf(t, rejection)
    return done === undefined ? undefined : { kind: 'good', text: t(done) }
  }
}

/** What `?done=` stands for, of the texts of one page; anything else says nothing. */
export function doneOf(p: OwnRequest, texts: Readonly<Record<string, TextKey>>): TextKey | undefined {
  const given = p.c.req.query('done')
  return given !== undefined && Object.hasOwn(texts, given) ? texts[given] : undefined
}

/** What changes how the account is signed in to, or the way to another sign-in where the last one is too old for that. */
export function whileRecent(
  { actor, ctx, look: { t, base } }: OwnRequest,
  here: string,
  form: Markup,
): Markup {
  if (isRecentSignIn(ctx, actor)) return form
  return html`<p class="muted">${t('security.confirm')}</p>
<a class="button quiet" href="${base}/sign-in?again&return_to=${encodeURIComponent(here)}">${t('security.confirm.button')}</a>`
}
