import { createServer } from 'node:http'
import type express from 'express'
import { createGuard } from '../express/index.ts'
import { guardsOf, later, listening, type Start, writeEvents } from './app.ts'

/** The application on Express, of whichever version. */
export const startExpress =
  (version: typeof express): Start =>
  (options) => {
    const guard = createGuard(options)
    const is = guardsOf(guard)
    const app = version()
    const answer: express.RequestHandler = (_request, response, next) => {
      later().then((body) => response.json(body), next)
    }
    app.get('/health', is.health, answer)
    app.get('/feed', is.feed, answer)
    app.get('/lounge', is.lounge, answer)
    app.options('/lounge', is.lounge, answer)
    app.post('/lounge', is.lounge, version.json(), answer)
    app.get('/users/:userId', is.user, answer)
    app.get('/posts/:postId', is.post, answer)
    app.post('/payouts', is.payouts, answer)
    app.get('/throwing', is.throwing, answer)
    app.get('/events', is.events, (_request, response) => {
      response.setHeader('Content-Type', 'text/event-stream')
      writeEvents(response)
    })
    app.all('/rpc', is.rpc, answer)
    app.use('/below', is.rpc, answer)
    app.all('/ask', is.everyMethod, answer)
    const admin = version.Router()
    admin.get('/stats', answer)
    app.use('/admin', is.admin, admin)
    return listening(createServer(app), () => guard.close())
  }
