import type { Session } from '../../../sessions/index.ts'
import { endOneSession, endOtherSessions, sessionsOf } from '../../../sessions-api/index.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import type { OwnRequest, Pages } from '../page-route.ts'
import { doneOf, section } from './frame.ts'

const here = '/account/devices'
const texts = { ended: 'devices.ended', 'ended-others': 'devices.ended-others' } as const

/** `/account/devices`: where somebody is signed in, and how to end that. */
export function devicesPage(pages: Pages): void {
  pages.own(here, {
    async get(p) {
      const cursor = p.c.req.query('cursor')
      const page = await sessionsOf(p.ctx, p.actor, p.actor.id, { limit: 20, cursor })
      return p.show(devices(p, page.items, page.next))
    },
    async post(p) {
      const session = p.form.get('session')
      const { actor } = p
      if (session !== null) await endOneSession(p.ctx, actor, actor.id, session)
      else if (actor.kind === 'user') await endOtherSessions(p.ctx, actor)
      return p.redirect(`${here}?done=${session === null ? 'ended-others' : 'ended'}`)
    },
  })
}

function devices(p: OwnRequest, sessions: readonly Session[], next: string | undefined): Markup {
  const { t, base } = p.look
  const current = p.auth.session
  const others = sessions.some(({ id }) => id !== current)
  return section(
    p,
    here,
    { done: doneOf(p, texts) },
    html`<div class="card">
<p class="lead muted">${t('devices.lead')}</p>
<ul class="rows">${sessions.map((session) => {
      const name = nameOf(p, session)
      return html`<li><div><p><b>${name}</b>${session.id === current ? html` <span class="badge">${t('devices.current')}</span>` : nothing}</p>
<p class="muted small">${detailOf(p, session)}</p></div>
${session.id === current ? nothing : ownForm(p, here, html`<button class="quiet" aria-label="${t('devices.end.named', { device: name })}">${t('devices.end')}</button>`, { hidden: { session: session.id } })}</li>`
    })}</ul>
${next === undefined ? nothing : html`<p><a href="${base}${here}?cursor=${encodeURIComponent(next)}">${t('devices.more')}</a></p>`}
</div>
${others ? ownForm(p, here, html`<button class="danger">${t('devices.end-others')}</button>`) : nothing}`,
  )
}

function nameOf({ look: { t } }: OwnRequest, { device }: Session): string {
  const { browser, os, model } = device
  if (browser !== null && os !== null) return t('devices.on', { browser, os })
  return browser ?? os ?? model ?? t('devices.unknown')
}

function detailOf({ look: { t, lang } }: OwnRequest, { address, createdAt, lastSeenAt }: Session): string {
  const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const
  const minute = { ...day, hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const
  return t('devices.detail', {
    address: address ?? '–',
    created: new Intl.DateTimeFormat(lang, day).format(createdAt),
    seen: new Intl.DateTimeFormat(lang, minute).format(lastSeenAt),
  })
}
