import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { ownPath, targetOf, userPath } from '../accounts/index.ts'
import { actorFor, Forbidden } from '../roles/index.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import {
  answerSignedIn,
  clientOf,
  deviceCookie,
  sampleChallenge,
  signedIn,
  stepProblem,
} from '../sign-in/index.ts'
import { beginPasskey, enrolPasskey } from './enrol-passkey.ts'
import { passkeyOptions, secondPasskeyOptions, signInWithPasskey } from './passkey-sign-in.ts'
import { sampleCreated, sampleUsed } from './sample-credentials.ts'
import {
  challengeBody,
  createdOf,
  enrolledBody,
  enrolPasskeyBody,
  optionsBody,
  passkeySignInBody,
  showFactor,
  showOptions,
  usedOf,
} from './shapes.ts'
import { stepUpOptions } from './step-up.ts'

const own = { tags: ['Factors'], security: [{ bearer: [] as string[] }] }
const refused = {
  401: problem('Not signed in, the sign-in is too old, or it used no factor although there is one.'),
  403: problem('Another user’s account.'),
  409: problem('The account has as many factors as it can have.'),
}
const tags = ['Sign-in']

/** Enrolling passkeys, and what browsers need to use them. */
export function passkeyRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  enrolRoutes(app, ctx, guard)
  optionRoutes(app, ctx, guard)
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/passkey',
      tags,
      summary: 'Sign in with a passkey',
      description: 'The passkey is enough by itself; it has to have verified its user.',
      middleware: [guard.open('anyone may try to sign in')] as const,
      request: { body: jsonRequest(passkeySignInBody, { credential: sampleUsed }) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('Unknown audience.'),
        401: stepProblem('The passkey is unknown or its answer wrong; or the sign-in lacks a step.'),
        403: problem(
          'The account is disabled, or a cookie was requested from an origin that is not allowed.',
        ),
        422: problem('This is not what a browser sends.'),
      },
    }),
    async (c) => {
      const { credential, transport, device_token, ...asked } = c.req.valid('json')
      if (transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const deviceTokens = transport === 'cookie' ? deviceCookie(c) : [device_token ?? '']
      const input = { ...asked, transport, credential: usedOf(credential) }
      const result = await signInWithPasskey(calledBy(c, ctx), input, { ...clientOf(c), deviceTokens })
      return c.json(answerSignedIn(c, ctx, result, transport), 200)
    },
  )
}

/** `/users/:userId/factors/passkeys`. */
function enrolRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      ...own,
      method: 'post',
      path: '/users/{userId}/factors/passkeys/options',
      summary: 'Begin to enrol a passkey',
      middleware: [guard(...ownPath)] as const,
      request: { params: userPath },
      responses: { 200: json(optionsBody, 'For `navigator.credentials.create`.'), ...refused },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      return c.json(
        showOptions(await beginPasskey(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId)),
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      ...own,
      method: 'post',
      path: '/users/{userId}/factors/passkeys',
      summary: 'Enrol a passkey',
      description: 'From now on, signing in with a password needs a factor, too; the passkey signs in alone.',
      middleware: [guard(...ownPath)] as const,
      request: { params: userPath, body: jsonRequest(enrolPasskeyBody, { credential: sampleCreated }) },
      responses: {
        201: json(enrolledBody, 'The passkey is enrolled.'),
        400: problem('The options were used, or are older than ten minutes.'),
        ...refused,
        422: problem('This is not what a browser made of the options.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const { name, credential } = c.req.valid('json')
      const actor = await actorFor(ctx, c.var.auth)
      const input = { name, credential: createdOf(credential) }
      const { factor, recoveryCodes } = await enrolPasskey(calledBy(c, ctx), actor, userId, input)
      return c.json({ ...showFactor(factor), recovery_codes: recoveryCodes }, 201)
    },
  )
}

/** What browsers need to ask for a passkey. */
function optionRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const answer = { 200: json(optionsBody, 'For `navigator.credentials.get`.') }
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/passkey/options',
      tags,
      summary: 'Begin to sign in with a passkey',
      middleware: [guard.open('anyone may try to sign in')] as const,
      responses: {
        ...answer,
        429: problem('Too many from this address; Retry-After says when to try again.'),
      },
    }),
    async (c) => c.json(showOptions(await passkeyOptions(calledBy(c, ctx), clientOf(c))), 200),
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/factor/options',
      tags,
      summary: 'Begin to confirm a sign-in with a passkey',
      description: 'The challenge of the sign-in is what the passkey signs.',
      middleware: [guard.open('the challenge of a sign-in is the proof')] as const,
      request: { body: jsonRequest(challengeBody, { challenge: sampleChallenge }) },
      responses: { ...answer, 400: problem('The challenge is invalid, used or older than ten minutes.') },
    }),
    async (c) => {
      const { challenge } = c.req.valid('json')
      const resuming = { challenge, client: clientOf(c), permit: () => undefined }
      return c.json(showOptions(await secondPasskeyOptions(calledBy(c, ctx), resuming)), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/step-up/options',
      tags,
      summary: 'Begin to prove again who you are with a passkey',
      security: [{ bearer: [] }],
      middleware: [guard()] as const,
      responses: { ...answer, 401: problem('Not signed in.') },
    }),
    async (c) => {
      const actor = await actorFor(ctx, c.var.auth)
      if (actor.kind !== 'user') throw new Forbidden()
      return c.json(showOptions(await stepUpOptions(calledBy(c, ctx), actor)), 200)
    },
  )
}
