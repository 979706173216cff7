import type { Auth, Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { Context } from '../../../context.ts'
import { calledBy } from '../../../platform/http/caller.ts'
import { page } from '../../../platform/http/pipelines/page.ts'
import type { HttpEnv } from '../../../platform/http/variables.ts'
import { actorFor } from '../../roles/index.ts'
import { formToken, requireOwnForm } from './form-token.ts'
import type { Look } from './look/appearance.ts'
import type { Markup } from './look/markup.ts'
import { lookOf, type Theme } from './look/theme.ts'
import { showProblem } from './problem-page.ts'
import { pageSession } from './session.ts'

/** A request for a page. */
export interface PageRequest {
  readonly c: HonoContext<HttpEnv>
  /** For this request: services learn from it who calls. */
  readonly ctx: Context
  readonly look: Look
  /** Who is signed in in this browser, if anyone. */
  readonly auth: Auth | undefined
  /** The token for the forms of the page. */
  readonly token: string
  /** The fields that were sent; empty for GET. */
  readonly form: URLSearchParams
  show(markup: Markup, status?: number): Response | Promise<Response>
  /** To a path of this server. */
  redirect(target: string): Response
}

export type Handler = (request: PageRequest) => Response | Promise<Response>

/** A request of somebody who is signed in. */
export interface OwnRequest extends PageRequest {
  readonly auth: Auth
  readonly actor: Awaited<ReturnType<typeof actorFor>>
}

/** Who may see a page: anyone, for a reason, or whoever is signed in, their own. */
type Rule = MiddlewareHandler

export interface Pages {
  /** Pages for anyone; `auth` says who they are, where they are signed in. */
  open(path: string, why: string, handlers: { get?: Handler; post?: Handler }): void
  /** Pages for those who are signed in; everybody else is sent to sign in first. */
  own(
    path: string,
    handlers: {
      get?: (p: OwnRequest) => Response | Promise<Response>
      post?: (p: OwnRequest) => Response | Promise<Response>
    },
  ): void
}

/** Declares pages. Each is guarded like every other route; forms are accepted only from pages of this server. */
export function pagesOf(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard, theme: Theme): Pages {
  const session = pageSession(ctx)

  function add(method: 'get' | 'post', path: string, rule: Rule, handler: Handler): void {
    const around = {
      policy: theme.policy,
      redirects: isOwnPath,
      problem: (c: HonoContext<HttpEnv>, problem: Parameters<typeof showProblem>[2]) =>
        showProblem(c, lookOf(c, theme), problem),
    }
    const route = createRoute({
      method,
      path,
      hide: true,
      middleware: page(around, session, rule),
      responses: { 200: { description: 'A page.' } },
    })
    app.openapi(route, async (c) => {
      const context = c as unknown as HonoContext<HttpEnv>
      const auth = context.get('auth' as never) as Auth | undefined
      const form = new URLSearchParams(method === 'post' ? await c.req.text() : '')
      if (method === 'post')
        requireOwnForm(context, ctx, { token: form.get('form_token') ?? undefined, session: auth?.session })
      const answer = handler({
        c: context,
        ctx: calledBy(context, ctx),
        look: lookOf(context, theme, auth && (await ctx.instance.localeOf(ctx, auth.user.id))),
        auth,
        token: formToken(context, ctx, auth?.session),
        form,
        show: (markup, status = 200) => context.html(markup as string, status as 200),
        redirect: (target) => context.redirect(theme.base + target, 303),
      })
      return (await answer) as never
    })
  }

  return {
    open(path, why, { get, post }) {
      if (get !== undefined) add('get', path, guard.optional(why), get)
      if (post !== undefined) add('post', path, guard.optional(why), post)
    },
    own(path, { get, post }) {
      const withActor =
        (handler: (p: OwnRequest) => Response | Promise<Response>): Handler =>
        async (p) => {
          if (p.auth === undefined) throw new TypeError('the guard let nobody in without a token')
          return handler({ ...p, auth: p.auth, actor: await actorFor(ctx, p.auth) })
        }
      if (get !== undefined) add('get', path, guard(), withActor(get))
      if (post !== undefined) add('post', path, guard(), withActor(post))
    },
  }
}

const isOwnPath = (target: string): boolean => target.startsWith('/') && !target.startsWith('//')
