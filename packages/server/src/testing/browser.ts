import type { TestServer } from './server.ts'

/** An answer to a browser. */
export interface ShownPage {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where a redirect leads. */
  readonly location: string | null
}

/**
 * What a browser does with the server's pages, as far as HTTP goes: it keeps cookies and sends forms with what was in
 * them. Pages are looked at in a real browser elsewhere.
 */
export function testBrowser({ app, ctx }: Pick<TestServer, 'app' | 'ctx'>) {
  const cookies = new Map<string, string>()

  async function send(path: string, init: RequestInit = {}): Promise<ShownPage> {
    const headers = new Headers({ accept: 'text/html', ...(init.headers as Record<string, string>) })
    if (cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await app.request(path, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location'),
    }
  }

  const browser = {
    cookies,
    get: (path: string, headers: Record<string, string> = {}) => send(path, { headers }),

    /** Sends a form as it is, with nothing but these fields. */
    post: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams(fields).toString(),
      }),

    /** Opens a page and sends its form, with what is hidden in it. */
    async submit(
      at: string,
      fields: Record<string, string>,
      action = at.split('?')[0] ?? at,
    ): Promise<ShownPage> {
      const { text } = await browser.get(at)
      const form = text.split('<form').find((part) => part.includes(`action="${action}"`)) ?? ''
      const hidden = [
        ...form.matchAll(/<input type="hidden" name="(\w+)"(?: autocomplete="\w+")? value="([^"]*)"/g),
      ]
      const origin = new URL(ctx.config.issuer).origin
      const kept = Object.fromEntries(hidden.map(([, name, value]) => [name ?? '', value ?? '']))
      return browser.post(action, { ...kept, ...fields }, { origin, 'sec-fetch-site': 'same-origin' })
    },
  }
  return browser
}

export type TestBrowser = ReturnType<typeof testBrowser>
