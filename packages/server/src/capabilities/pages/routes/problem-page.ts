import type { Context as HonoContext } from 'hono'
import { prefersPage } from '../../../platform/http/pipelines/page.ts'
import type { ProblemBody } from '../../../platform/http/render.ts'
import type { HttpEnv } from '../../../platform/http/variables.ts'
import type { Look } from './look/appearance.ts'
import { entryPage } from './look/document.ts'
import { html } from './look/markup.ts'
import { signInFirst } from './return-to.ts'
import { clearPageCookie } from './session.ts'

/** What a person sees instead of a problem document: the way to sign in, or what to do now. */
export function showProblem(
  c: HonoContext<HttpEnv>,
  look: Look,
  problem: ProblemBody,
): Response | Promise<Response> | undefined {
  if (!prefersPage(c)) return undefined
  const { t, base } = look
  const isEntry = !c.req.path.startsWith('/account')
  if (problem.status === 401) {
    clearPageCookie(c)
    if (!isEntry) return c.redirect(base + signInFirst(c.req.path), 303)
  }
  const title =
    t.optional(`problem.${problem.code}.title`) ??
    (problem.status >= 500 ? t('problem.title') : problem.title)
  const text = t.optional(`problem.${problem.code}`) ?? problem.detail
  const back = isEntry ? '/sign-in' : '/account'
  return c.html(
    entryPage({
      look,
      title,
      main: html`<p class="lead">${text}</p>
<a class="button" href="${base}${back}">${isEntry ? t('problem.to-sign-in') : t('problem.to-account')}</a>
<p class="hint after">${t('problem.request', { id: problem.request_id })}</p>`,
    }) as string,
    problem.status as 400,
  )
}
