import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { ownPath, targetOf, userPath } from '../accounts/index.ts'
import { actorFor } from '../roles/index.ts'
import { changeFactor, listFactors, newRecoveryCodes, removeEveryFactor, removeFactor } from './manage.ts'
import {
  amongOwn,
  factorBody,
  factorIdOf,
  factorPath,
  factorsBody,
  recoveryCodesBody,
  renameBody,
  showFactor,
  showFactors,
} from './shapes.ts'

const common = { tags: ['Factors'], security: [{ bearer: [] as string[] }] }
const refused = {
  401: problem('Not signed in, or the sign-in is too old or used no factor.'),
  403: problem('Another user’s account, or a token that does not allow this.'),
  404: problem('Factor not found; user not found (only with `users:read`, otherwise 403).'),
}

/** `/users/:userId/factors`, one of them, and the recovery codes. */
export function factorRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const mayWrite = guard(...ownPath, permission('factors:write'))
  app.openapi(
    createRoute({
      ...common,
      method: 'get',
      path: '/users/{userId}/factors',
      summary: 'List a user’s factors',
      middleware: [guard(...ownPath, permission('factors:read'))] as const,
      request: { params: userPath },
      responses: { 200: json(factorsBody, 'Confirmed factors, the oldest first.'), ...refused },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      return c.json(showFactors(await listFactors(ctx, await actorFor(ctx, c.var.auth), userId)), 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: '/users/{userId}/factors',
      summary: 'Remove all of a user’s factors and recovery codes',
      description:
        'For somebody who has lost them; they are told by mail. One’s own need a recent sign-in with a factor.',
      middleware: [mayWrite] as const,
      request: { params: userPath },
      responses: {
        204: { description: 'The account has no factors.' },
        ...refused,
        409: problem('Nobody could sign in to the account without them.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      await removeEveryFactor(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId)
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'patch',
      path: '/users/{userId}/factors/{factorId}',
      summary: 'Rename a factor',
      middleware: [guard.shared(amongOwn, ...ownPath)] as const,
      request: { params: factorPath, body: jsonRequest(renameBody, { name: 'Work phone' }) },
      responses: {
        200: json(factorBody, 'The renamed factor.'),
        ...refused,
        422: problem('The name is empty or too long.'),
      },
    }),
    async (c) => {
      const { userId, factorId } = c.req.valid('param')
      const { name } = c.req.valid('json')
      const actor = await actorFor(ctx, c.var.auth)
      const target = targetOf(userId, c.var.auth)
      const factor = { id: factorIdOf(factorId), name }
      return c.json(showFactor(await changeFactor(calledBy(c, ctx), actor, target, factor)), 200)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'delete',
      path: '/users/{userId}/factors/{factorId}',
      summary: 'Remove a factor',
      description:
        'One’s own needs a recent sign-in with a factor. The recovery codes go with the last factor.',
      middleware: [guard.shared(amongOwn, ...ownPath, permission('factors:write'))] as const,
      request: { params: factorPath },
      responses: {
        204: { description: 'The factor is gone.' },
        ...refused,
        409: problem('Nobody could sign in to the account without it.'),
      },
    }),
    async (c) => {
      const { userId, factorId } = c.req.valid('param')
      const actor = await actorFor(ctx, c.var.auth)
      await removeFactor(calledBy(c, ctx), actor, targetOf(userId, c.var.auth), factorIdOf(factorId))
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/users/{userId}/factors/recovery-codes',
      summary: 'Make new recovery codes',
      description:
        'Ten codes, in place of those before. Needs a recent sign-in, with a factor if there is one.',
      middleware: [guard(...ownPath)] as const,
      request: { params: userPath },
      responses: { 201: json(recoveryCodesBody, 'The codes, shown this once.'), ...refused },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const actor = await actorFor(ctx, c.var.auth)
      return c.json({ recovery_codes: await newRecoveryCodes(calledBy(c, ctx), actor, userId) }, 201)
    },
  )
}
