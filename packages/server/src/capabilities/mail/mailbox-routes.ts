import type { Guard } from '@gatehouse/guard/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { page, prefersPage } from '../../platform/http/pipelines/page.ts'
import { RouteNotFound } from '../../platform/http/problems.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { isLoopback } from '../../platform/loopback.ts'
import { findKept, type KeptMail, listKept } from './mailbox.ts'
import { listPage, messagePage, pagePolicy } from './mailbox-shapes.ts'
import { mailWayOf } from './settings.ts'

/** What a message may do in a browser: show itself. Its links open in a window of their own. */
const messagePolicy = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** A page elsewhere that leads its name here reads nobody's mail. */
const isThisMachine = (url: string): boolean => isLoopback(new URL(url).hostname)

/** `/dev/mail`: the mail of a developer's machine, which is sent to nobody. On any other there is no such route. */
export function mailboxRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  if (mailWayOf(ctx.config).kind !== 'mailbox') return
  const open = guard.open('a developer’s own machine, and mail to nobody')
  const base = new URL(ctx.config.issuer).pathname.replace(/\/$/, '')
  const find = async (url: string, id: string): Promise<KeptMail> => {
    const mail = isThisMachine(url) ? await findKept(ctx, id) : undefined
    if (mail === undefined) throw new RouteNotFound()
    return mail
  }

  app.get('/dev/mail', ...page({ policy: pagePolicy }, open), async (c) => {
    if (!isThisMachine(c.req.url)) throw new RouteNotFound()
    const mails = await listKept(ctx, c.req.query('to'))
    return prefersPage(c) ? c.html(listPage(mails, base)) : c.json(mails.map(summary))
  })
  app.get('/dev/mail/:message', ...page({ policy: pagePolicy }, open), async (c) => {
    const mail = await find(c.req.url, c.req.param('message'))
    return prefersPage(c) ? c.html(messagePage(mail, base)) : c.json(whole(mail))
  })
  app.get('/dev/mail/:message/html', ...page({ policy: messagePolicy }, open), async (c) => {
    const { html } = await find(c.req.url, c.req.param('message'))
    return c.html(html.replace('<head>', '<head><base target="_blank">'))
  })
}

const summary = ({ id, message, to, language, subject, createdAt }: KeptMail) => ({
  ...{ id, message, to, language, subject },
  created_at: new Date(createdAt).toISOString(),
})

const whole = (mail: KeptMail) => ({
  ...summary(mail),
  links: mail.links,
  text: mail.text,
  html: mail.html,
})
