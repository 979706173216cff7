import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { testContext, testSettings } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { queuedMail } from '../../testing/mail.ts'
import { testServer } from '../../testing/server.ts'
import { pageLink, queueMail } from './index.ts'
import { render } from './render.ts'
import { listMail, sweepMail } from './service.ts'

const hour = 3_600_000
const to = 'ana@example.com'
const page = { headers: { accept: 'text/html' } }

describeEachDatabase('the mailbox of a developer’s machine', (open) => {
  const start = async (...overrides: Parameters<typeof testServer>[1][]) => {
    const { db } = await open()
    const server = await testServer(db, ...overrides)
    const values = { link: pageLink(server.ctx, '/verify', 'a-token'), code: '271828', expiresInMs: hour }
    const queue = (name: string) =>
      queueMail(server.ctx, { to, message: 'verify-email', values: { ...values, name } })
    return { ...server, db, queue }
  }

  test('lists messages and shows each, to people and to programs', async () => {
    const { request, queue } = await start()
    await queue('Ana')
    await queueMail((await start()).ctx, { to, message: 'new-device', values: {} })
    const list = await request('GET', '/dev/mail?to=ana@example.com')
    expect(list.body).toMatchObject([{ to, message: 'verify-email', language: 'en' }])
    expect((await request('GET', '/dev/mail?to=ben@example.com')).body).toEqual([])
    const path = `/dev/mail/${list.body[0].id}`
    const { body } = await request('GET', path)
    expect(body.links).toEqual(['http://localhost:3000/verify?token=a-token'])
    expect(body.text).toContain('271828')
    const [listPage, shown, html] = [
      await request('GET', '/dev/mail', page),
      await request('GET', path, page),
      await request('GET', `${path}/html`, page),
    ]
    expect(listPage.text).toContain('Confirm your e-mail address for Gatehouse')
    expect(shown.text).toContain(`src="${path}/html"`)
    expect(html.text).toContain('href="http://localhost:3000/verify?token=a-token"')
  })

  test('runs nothing that a message contains, and loads nothing from elsewhere', async () => {
    const { request, queue } = await start()
    await queue('<script>alert(1)</script>')
    await queue('Ana "><img src=x>')
    const list = await request('GET', '/dev/mail')
    for (const { id } of list.body) {
      const html = await request('GET', `/dev/mail/${id}/html`, page)
      expect(html.text).not.toMatch(/<(?:script|img|link|iframe|object)|url\(|@import/i)
      expect(html.headers.get('content-security-policy')).toMatch(/^sandbox .*default-src 'none'/)
      const shown = await request('GET', `/dev/mail/${id}`, page)
      expect(shown.text).toContain('sandbox="allow-popups')
      expect(shown.headers.get('content-security-policy')).not.toContain('unsafe-inline')
      for (const answer of [html, shown]) {
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    }
  })

  test('is not there for a name that leads here from elsewhere, nor on any other machine', async () => {
    const { request, queue, app } = await start()
    await queue('Ana')
    expect((await app.request('http://evil.example/dev/mail')).status).toBe(404)
    expect((await request('GET', '/dev/mail/no-such-message')).status).toBe(404)
    for (const config of [
      { development: false },
      {
        settings: testSettings({
          GATEHOUSE_MAIL_URL: 'smtp://127.0.0.1:1',
          GATEHOUSE_MAIL_FROM: 'a@b.example',
        }),
      },
    ])
      expect((await (await start({ config })).request('GET', '/dev/mail')).status).toBe(404)
  })

  test('holds the newest 100 messages', async () => {
    const { ctx, queue, db } = await start()
    for (let i = 0; i < 103; i += 1) await queue('Ana')
    await sweepMail(ctx)
    const { count } = await db
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(100)
  })

  test('messages are listed for 14 days, page by page, to who may, without what they say', async () => {
    const { ctx, db, request, queue, admin, member } = await start()
    const [root, ana] = [await admin(), await member('ana')]
    await queue('Ana')
    const failed = await queuedMail(ctx, ana.id, 'failed')
    const all = await request('GET', '/mail', { token: root.token })
    expect(all.body).toHaveLength(2)
    expect(all.text).not.toMatch(/a-token|271828/)
    const filtered = await request('GET', '/mail?status=failed', { token: root.token })
    expect(filtered.body).toMatchObject([{ id: failed, status: 'failed', user_id: ana.id }])
    const first = await request('GET', '/mail?limit=1', { token: root.token })
    const next = /<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    expect([first.body, (await request('GET', next, { token: root.token })).body].flat()).toEqual(all.body)
    expect((await request('GET', '/mail', { token: ana.token })).status).toBe(403)
    expect((await request('GET', '/mail?status=lost', { token: root.token })).status).toBe(422)
    const resend = (id: string) => request('POST', `/mail/${id}/resend`, { token: root.token })
    expect((await resend(failed)).body).toMatchObject({ id: failed, status: 'queued', attempts: 0 })
    expect((await resend(failed.replace(/.$/, (end) => (end === '0' ? '1' : '0')))).status).toBe(404)
    expect((await resend('nonsense')).status).toBe(422)
    await db
      .updateTable('outbox')
      .set({ status: 'sent', values_sealed: null, done_at: ctx.clock.now() })
      .execute()
    expect((await resend(failed)).status).toBe(409)
    ctx.clock.advance(14 * 24 * hour)
    await sweepMail(ctx)
    expect((await listMail(ctx, { limit: 10 })).items).toHaveLength(2)
    ctx.clock.advance(1)
    await sweepMail(ctx)
    expect((await listMail(ctx, { limit: 10 })).items).toEqual([])
  })
})

describe('a folder of templates', () => {
  let folder = ''
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const withFiles = (files: Record<string, string>) => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-mail-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const ctx = testContext(undefined as never, {
      config: { settings: testSettings({ GATEHOUSE_MAIL_TEMPLATES: folder, GATEHOUSE_APP_NAME: 'Acme' }) },
    })
    return (locale: string, values: object) => {
      const [id, message] = ['1', 'reset-password']
      const sealed = ctx.sealer.seal(Buffer.from(JSON.stringify(values)), `mail ${id} ${to}`)
      return render(ctx, { id, message, locale, recipient: to, values_sealed: sealed })
    }
  }
  const values = { link: 'https://id.example.com/reset?token=t&x=1', expiresInMs: hour, name: '<b>Ana</b>' }

  test('replaces what it has, and nothing else', async () => {
    const show = withFiles({
      'reset-password.html': '<p>Hi {{name}}, <a href="{{link}}">go</a>{{#code}} or {{code}}{{/code}}</p>',
      'reset-password.subject': 'Reset it at {{app}}\n',
      'reset-password.de.txt': 'Hier: {{link}}',
    })
    const en = await show('en', values)
    expect(en.subject).toBe('Reset it at Acme')
    expect(en.html).toContain('<a href="https://id.example.com/reset?token=t&amp;x=1">go</a></p>')
    expect(en.html).not.toContain('<b>')
    expect(en.text).toContain('Choose a new password:')
    const de = await show('de', { ...values, code: '123456' })
    expect(de.html).toContain(' or 123456</p>')
    expect(de.text).toBe('Hier: https://id.example.com/reset?token=t&x=1')
  })

  test('with mistakes is refused at the start, each by file and line', async () => {
    const show = withFiles({
      'reset-password.html': 'one\n{{lnik}}',
      'reset-passwrod.txt': '{{link}}',
      'verify-email.xx.html': '{{link}}',
      'new-device.html': '{{#at}}{{at}}',
      'layout.html': '{{content}}',
      'invitation.subject': 'two\nlines',
    })
    const refused = show('en', values)
    for (const problem of [
      /reset-password\.html: line 2: \{\{lnik\}\} is none of/,
      /reset-password\.html: \{\{link\}\} is missing/,
      /reset-passwrod\.txt: is not the name of a template/,
      /verify-email\.xx\.html: is in none of the languages/,
      /new-device\.html: \{\{#at\}\} is never closed/,
      /layout\.html: \{\{footer\}\} is missing/,
      /invitation\.subject: is more than one line/,
    ])
      await expect(refused).rejects.toThrow(problem)
  })
})
