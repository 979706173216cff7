import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ApiQuestion, ApiReply } from './api.ts'

/** An API that runs in a separate process. */
export interface ApiProcess {
  /** Why the API rejects a token now; null if it accepts it. */
  ask(token: string): Promise<string | null>
  /** When the API began to reject a token: milliseconds since the epoch. */
  refusedAt(token: string): Promise<number>
  /** What its guard reported. */
  readonly troubles: readonly string[]
  stop(): Promise<void>
}

const script = fileURLToPath(new URL('./api.ts', import.meta.url))

/** Starts an API that follows `issuer`; `clockOffset` is the error of its clock, in seconds. */
export async function startApi(issuer: string, clockOffset = 0): Promise<ApiProcess> {
  const child = fork(script, [issuer, String(clockOffset)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (reply: Extract<ApiReply, { id: number }>) => void>()
  const troubles: string[] = []
  let last = 0
  const asked = (question: Omit<ApiQuestion, 'id'>): Promise<Extract<ApiReply, { id: number }>> =>
    new Promise((resolve) => {
      last += 1
      waiting.set(last, resolve)
      child.send({ ...question, id: last })
    })
  await once(child, 'message')
  child.on('message', (reply: ApiReply) => {
    if ('trouble' in reply) {
      troubles.push(reply.trouble)
      return
    }
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  return {
    troubles,
    ask: async (token) => (await asked({ token })).code,
    refusedAt: async (token) => (await asked({ token, watch: true })).at,
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}
