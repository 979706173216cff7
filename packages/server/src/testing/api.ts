// An API in a separate process, guarded with an issuer's keys and feed. Its parent sends tokens; `watch` is answered
// once the API rejects the token, with the time.
import { createGuard } from '@gatehouse/guard'

const [, , issuer = '', clockOffset = '0'] = process.argv
const guard = createGuard({
  issuer,
  audience: 'api',
  clock: () => Date.now() / 1000 + Number(clockOffset),
  onError: (error, what) =>
    process.send?.({ trouble: `${what}: ${error instanceof Error ? error.message : error}` }),
})

export type ApiQuestion = { readonly id: number; readonly token: string; readonly watch?: boolean }
export type ApiReply =
  | {
      readonly id: number /** The code of the refusal, or null. */
      readonly code: string | null
      readonly at: number
    }
  | { readonly trouble: string }

async function codeOf(token: string): Promise<string | null> {
  try {
    await guard.verify(token)
    return null
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

const watched = new Map<number, string>()
let looking = false

async function look(): Promise<void> {
  for (const [id, token] of watched) {
    const code = await codeOf(token)
    if (code === null) continue
    watched.delete(id)
    process.send?.({ id, code, at: Date.now() })
  }
  looking = watched.size > 0
  if (looking) setTimeout(() => void look(), 1)
}

process.on('message', ({ id, token, watch }: ApiQuestion) => {
  if (watch === true) {
    watched.set(id, token)
    if (looking) return
    looking = true
    void look()
  } else {
    void codeOf(token).then((code) => process.send?.({ id, code, at: Date.now() }))
  }
})
process.on('disconnect', () => process.exit())
process.send?.({ id: 0, code: null, at: Date.now() })
