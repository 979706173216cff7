// Sends forged tokens at a steady rate, whatever becomes of them: a real token's claims under a signature that never
// matches, another one each time, so that nobody who remembers failures has an advantage.
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Told by the parent; answered with what was sent and refused. */
interface Order {
  readonly port: number
  readonly token: string
  readonly perSecond: number
  readonly seconds: number
}

/** Milliseconds between two bursts. */
const beat = 5
const agent = new Agent({ keepAlive: true, maxSockets: 128 })

process.on('message', (order: Order) => {
  attack(order).then(
    (told) => process.send?.(told),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function attack({ port, token, perSecond, seconds }: Order): Promise<object> {
  const genuine = token.slice(0, token.lastIndexOf('.'))
  const began = performance.now()
  const pending: Promise<number>[] = []
  while (performance.now() - began < seconds * 1000) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond)
    while (pending.length < due) pending.push(ask(port, `${genuine}.${forgedSignature()}`))
    await new Promise((resolve) => setTimeout(resolve, beat))
  }
  const took = (performance.now() - began) / 1000
  const statuses = await Promise.all(pending)
  return {
    perSecond: pending.length / took,
    passed: statuses.filter((status) => status !== 401).length,
  }
}

/** Two numbers below the order of P-256, so that the whole check is done before it fails. */
function forgedSignature(): string {
  const signature = randomBytes(64)
  signature[0] = 0x7f
  signature[32] = 0x7f
  return signature.toString('base64url')
}

function ask(port: number, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const sent = request({ agent, host: '127.0.0.1', port, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end()
  })
}
