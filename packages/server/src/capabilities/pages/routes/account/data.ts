import { deleteUser, showUser } from '../../../accounts/index.ts'
import { rejectionOf } from '../form-problems.ts'
import { renewFormToken } from '../form-token.ts'
import { entryPage } from '../look/document.ts'
import { field } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup } from '../look/markup.ts'
import type { OwnRequest, Pages } from '../page-route.ts'
import { clearPageCookie } from '../session.ts'
import { type Said, section, whileRecent } from './frame.ts'

const here = '/account/data'

/** `/account/data`: deleting the account. */
export function dataPage(pages: Pages): void {
  pages.own(here, {
    get: async (p) => p.show(await data(p, {})),
  })

  pages.own(`${here}/delete`, {
    async post(p) {
      const { username } = await showUser(p.ctx, p.actor, p.actor.id)
      if (p.form.get('confirm')?.trim() !== username) {
        const fields = { confirm: p.look.t('data.delete.mismatch') }
        return p.show(await data(p, { rejection: { status: 422, fields } }), 422)
      }
      try {
        await deleteUser(p.ctx, p.actor, p.actor.id)
      } catch (error) {
        const rejection = rejectionOf(error, p.look.t)
        return p.show(await data(p, { rejection }), rejection.status)
      }
      clearPageCookie(p.c)
      renewFormToken(p.c)
      return p.redirect('/deleted')
    },
  })

  pages.open('/deleted', 'the page after deleting an account', {
    get({ look, show }) {
      const title = look.t('data.deleted.title')
      const main = html`<p class="muted">${look.t('data.deleted.text')}</p>`
      return show(entryPage({ look, title, main }))
    },
  })
}

async function data(p: OwnRequest, said: Said): Promise<Markup> {
  const { t } = p.look
  const { username } = await showUser(p.ctx, p.actor, p.actor.id)
  const form = ownForm(
    p,
    `${here}/delete`,
    html`${field({ name: 'confirm', label: t('data.delete.confirm', { username }), autocomplete: 'off', problem: said.rejection?.fields['confirm'], required: true, maxlength: 64 })}
<button class="danger">${t('data.delete.button')}</button>`,
  )
  return section(
    p,
    here,
    said,
    html`<section class="card" aria-labelledby="delete-title">
<h2 id="delete-title">${t('data.delete.title')}</h2>
<p class="muted">${t('data.delete.text')}</p>
${whileRecent(p, here, form)}
</section>`,
  )
}
