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

/** One route behind each guard, on Express. */
export function serveExpress({ issuer, audience, jwksUri, jwk, pem }: Shared): void {
  const guard = createGuard({ issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } })
  const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken()
  passport.use(
    new Strategy(
      { jwtFromRequest, secretOrKey: pem, issuer, audience, algorithms: ['ES256'] },
      (claims, done) => done(null, claims),
    ),
  )
  const guards: Record<string, RequestHandler> = {
    open: (_request, _response, next) => next(),
    gatehouse: guard(),
    'express-jwt': expressjwt({ secret: pem, algorithms: ['ES256'], issuer, audience }) as RequestHandler,
    'express-oauth2-jwt-bearer': auth({ issuer, jwksUri, audience, tokenSigningAlg: 'ES256' }),
    'passport-jwt': passport.authenticate('jwt', { session: false }),
  }
  const app = express()
  for (const [name, each] of Object.entries(guards)) {
    app.get(`/${name}`, each, (_request, response) => void response.json({ message: 'hello' }))
  }
  const server = app.listen(0, '127.0.0.1', () => process.send?.(server.address()))
}
