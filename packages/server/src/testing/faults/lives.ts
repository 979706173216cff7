/** What was done, what was cut off, and what was lost; `wrong` is empty if nothing was. */
export interface LifeReport {
  rounds: number
  signUps: number
  refreshes: number
  signOuts: number
  /** Requests cut off by a fault: their outcome is unknown. */
  cutOff: number
  wrong: string[]
}

export const emptyReport = (): LifeReport => ({
  rounds: 0,
  signUps: 0,
  refreshes: 0,
  signOuts: 0,
  cutOff: 0,
  wrong: [],
})

/** What was acknowledged to a worker, who may rely on it from then on. */
export interface Session {
  readonly username: string
  token: string
  refreshToken: string
  signedOut: boolean
  /** What was sent, while its outcome is unknown. */
  pending: 'refresh' | 'sign-out' | undefined
}

/** The sessions of one round, and what counts as cut off in it. */
export interface Round {
  readonly sessions: Session[]
  readonly report: LifeReport
  /** Whether such an answer (undefined: none came) is due to the fault; any other bad one is a fault of its own. */
  excuses(answer: Answer | undefined): boolean
}

const password = 'staple-horse-battery-9'

/** Signs up, refreshes a few times, and in every other life signs out; ends early when a request is cut off. */
export async function oneLife(url: string, username: string, round: Round): Promise<void> {
  const { report } = round
  const signedUp = await post(url, '/auth/sign-up', { username, password })
  if (signedUp?.status !== 201) return end(round, 'sign-up', signedUp)
  report.signUps += 1
  const session: Session = { username, ...tokensOf(signedUp.body), signedOut: false, pending: undefined }
  round.sessions.push(session)

  for (let times = 0; times < 3; times += 1) {
    session.pending = 'refresh'
    const refreshed = await post(url, '/auth/refresh', { refresh_token: session.refreshToken })
    if (refreshed?.status !== 200) return end(round, 'refresh', refreshed)
    report.refreshes += 1
    Object.assign(session, { ...tokensOf(refreshed.body), pending: undefined })
  }
  if (Math.random() < 0.5) return
  session.pending = 'sign-out'
  const signedOut = await post(url, '/auth/sign-out', undefined, session.token)
  if (signedOut?.status !== 204) return end(round, 'sign-out', signedOut)
  report.signOuts += 1
  Object.assign(session, { signedOut: true, pending: undefined })
}

/**
 * Whatever was acknowledged has to hold after the fault. A refresh that was cut off can be sent again for a few seconds:
 * where the fault took longer (`late`), its end says nothing.
 */
export async function check(
  url: string,
  session: Session,
  report: LifeReport,
  { late = false } = {},
): Promise<void> {
  if (session.pending === 'sign-out') return
  const expected = session.signedOut ? 401 : 200
  const own = await get(url, '/users/me', session.token)
  if (own?.status !== expected)
    report.wrong.push(`${session.username}: own record answered ${own?.status}, not ${expected}`)
  if (late && session.pending === 'refresh') return
  const refreshed = await post(url, '/auth/refresh', { refresh_token: session.refreshToken })
  if (refreshed?.status !== expected)
    report.wrong.push(`${session.username}: refresh answered ${refreshed?.status}, not ${expected}`)
}

function end({ report, excuses }: Round, what: string, answer: Answer | undefined): void {
  if (excuses(answer)) report.cutOff += 1
  else report.wrong.push(`${what} answered ${answer?.status ?? 'nothing'}`)
}

export interface Answer {
  readonly status: number
  /** Whether it has `Retry-After`. */
  readonly saysWhen: boolean
  readonly body: unknown
}

/** Undefined where the connection broke before there was an answer. */
async function post(url: string, path: string, body: unknown, token?: string): Promise<Answer | undefined> {
  const headers = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  }
  return send(`${url}${path}`, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const get = (url: string, path: string, token: string): Promise<Answer | undefined> =>
  send(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } })

async function send(url: string, init: RequestInit): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, init)
    const text = await response.text()
    return {
      status: response.status,
      saysWhen: response.headers.has('Retry-After'),
      body: text === '' ? undefined : JSON.parse(text),
    }
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined // broken off, or half a body
    throw error
  }
}

function tokensOf(body: unknown): { token: string; refreshToken: string } {
  const { token, refresh_token: refreshToken } = body as { token: string; refresh_token: string }
  return { token, refreshToken }
}
