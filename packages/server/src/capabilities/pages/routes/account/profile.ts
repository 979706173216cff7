import { getProfile, type Profile, putProfile, readProfile } from '../../../profiles/index.ts'
import { rejectionOf } from '../form-problems.ts'
import { field, select, textarea } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup } from '../look/markup.ts'
import type { OwnRequest, Pages } from '../page-route.ts'
import { languages } from '../texts.ts'
import { doneOf, type Said, section } from './frame.ts'

const here = '/account'

/** `/account`: what people say about themselves. */
export function profilePage(pages: Pages): void {
  pages.own(here, {
    async get(p) {
      const profile = await getProfile(p.ctx, p.actor, p.actor.id)
      return p.show(profileForm(p, profile, { done: doneOf(p, { saved: 'account.saved' }) }))
    },
    async post(p) {
      const before = await getProfile(p.ctx, p.actor, p.actor.id)
      const text = (name: string): string | null => p.form.get(name)?.trim().replaceAll('\r\n', '\n') || null
      // what has no field here stays as it is
      const sent = { display_name: text('display_name'), bio: text('bio'), locale: text('locale') }
      try {
        const read = readProfile({ ...sent, picture: before.picture, data: before.data })
        await putProfile(p.ctx, p.actor, p.actor.id, read)
        return p.redirect(`${here}?done=saved`)
      } catch (error) {
        const rejection = rejectionOf(error, p.look.t)
        const shown = { ...before, displayName: sent.display_name, bio: sent.bio, locale: sent.locale }
        return p.show(profileForm(p, shown, { rejection }), rejection.status)
      }
    },
  })
}

function profileForm(p: OwnRequest, profile: Profile, said: Said): Markup {
  const { t } = p.look
  const problems = said.rejection?.fields ?? {}
  return section(
    p,
    here,
    said,
    html`<div class="card">
<p class="lead muted">${t('profile.lead')}</p>
${ownForm(
  p,
  here,
  html`${field({ name: 'display_name', label: t('profile.display-name'), value: profile.displayName ?? '', autocomplete: 'name', problem: problems['display_name'], maxlength: 200 })}
${textarea({ name: 'bio', label: t('profile.bio'), value: profile.bio ?? '', problem: problems['bio'] })}
${select(
  'locale',
  t('profile.language'),
  [{ value: '', label: t('profile.language.automatic') }, ...withOwn(profile.locale)],
  profile.locale ?? '',
)}
<button>${t('account.save')}</button>`,
)}
</div>`,
  )
}

/** The languages of the pages, and the one that the profile names besides. */
function withOwn(locale: string | null) {
  const listed = Object.entries(languages).map(([value, label]) => ({ value, label, lang: value }))
  return locale === null || locale in languages ? listed : [...listed, { value: locale, label: locale }]
}
