// An API with a lounge for signed-in users. It knows the issuer of the tokens and its own name, and nothing else.
import { createGuard } from '@gatehouse/guard/express'
import express from 'express'

const guard = createGuard({
  issuer: process.env['GATEHOUSE_ISSUER'] ?? 'http://localhost:3000',
  audience: process.env['GATEHOUSE_AUDIENCE'] ?? 'lounge',
})
const tokenRequired = guard()

const app = express()
app.disable('x-powered-by')

app.get('/health', guard.open('liveness probe'), (_req, res) => {
  res.json({ status: 'ok' })
})

app.get('/vip-lounge', tokenRequired, (req, res) => {
  res.json({ message: `Welcome to the VIP lounge, ${req.user.username}` })
})

await guard.seal(app) // throws when a route above has no rule

const port = Number(process.env['PORT'] ?? 4000)
const server = app.listen(port, '127.0.0.1', (error?: Error) => {
  if (error) throw error
  console.log(`The lounge is open at http://localhost:${port}/vip-lounge`)
})

const close = (): void => {
  server.close()
  guard.close()
}
process.once('SIGINT', close).once('SIGTERM', close)
