import { createRequire } from 'node:module'
import { createGuard } from '@gatehouse/guard/express'
import express, { type RequestHandler } from 'express'
import { expressjwt } from 'express-jwt'
import { auth } from 'express-oauth2-jwt-bearer'
import type { Shared } from './token.ts'

// neither package brings types: what is used of them here
const require = createRequire(import.meta.url)
const passport = require('passport') as {
  use(strategy: object): void
  authenticate(name: string, options: object): RequestHandler
}
const { ExtractJwt, Strategy } = require('passport-jwt') as {
  ExtractJwt: { fromAuthHeaderAsBearerToken(): object }
  Strategy: new (
    options: object,
    verify: (claims: object, done: (error: null, user: object) => void) => void,
  ) => object
}

const guards: Readonly<Record<string, (shared: Shared) => RequestHandler>> = {
  open: () => (_request, _response, next) => next(),
  gatehouse: ({ issuer, audience, jwk }) =>
    createGuard({ issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } })() as RequestHandler,
  'gatehouse, all from its issuer': ({ issuer, audience }) =>
    createGuard({ issuer, audience, typ: 'JWT' })() as RequestHandler,
  'express-jwt': ({ issuer, audience, pem }) =>
    expressjwt({ secret: pem, algorithms: ['ES256'], issuer, audience }) as RequestHandler,
  'express-oauth2-jwt-bearer': ({ issuer, audience, jwksUri }) =>
    auth({ issuer, jwksUri, audience, tokenSigningAlg: 'ES256' }),
  'passport-jwt': ({ issuer, audience, pem }) => {
    const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
    passport.use(
      new Strategy(
        { jwtFromRequest, secretOrKey: pem, issuer, audience, algorithms: ['ES256'] },
        (claims, done) => done(null, claims),
      ),
    )
    return passport.authenticate('jwt', { session: false })
  },
}

/** One route behind a guard, on Express. */
export function serveExpress(name: string, shared: Shared): void {
  const guard = guards[name]
  if (guard === undefined) throw new Error(`Express has no guard called ${name} here.`)
  const app = express()
  app.get('/', guard(shared), (_request, response) => void response.json({ message: 'hello' }))
  const server = app.listen(0, '127.0.0.1', () => process.send?.(server.address()))
}
