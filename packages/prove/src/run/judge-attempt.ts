import { defaultOwners, type ProveConfig } from '../config.ts'
import type { Attempt } from '../plan/attempt.ts'
import { namesAsked } from '../plan/bodies.ts'
import { nameOf } from '../plan/manifest.ts'
import { judge, type Verdict } from '../verdict.ts'
import type { FullAnswer } from './call.ts'
import { type Holder, readList } from './lists.ts'

/** What an answer shows; undefined where it is no answer to the question. */
export type Judged = { readonly verdict: Verdict; readonly why: string } | undefined

/** Judges an answer by what the attempt was about. `holders`: the two owners, the reader of a list first. */
export function judgeAttempt(
  attempt: Attempt,
  answer: FullAnswer,
  config: ProveConfig,
  holders: readonly [Holder, Holder],
): Judged {
  if (attempt.caller === 'listing-owner') return judgeList(nameOf(attempt.route), answer, holders)
  if (attempt.caller === 'stale-feed' && answer.status === 503 && answer.decision?.allowed !== true)
    return { verdict: 'held', why: 'asked to try again later (503)' }
  if (attempt.crossed !== undefined) return judgeCrossed(answer)
  // what the request names is the first owner's: a handler may keep it from others whom the rule lets in
  const [owner] = config.owners ?? defaultOwners
  const handlers = attempt.expected === 'let in' && attempt.persona?.id !== owner.id
  if (handlers && [403, 404].includes(answer.status) && namesAsked(attempt.route, config).length > 0)
    return { verdict: 'held', why: `the handler kept another's resource from the caller (${answer.status})` }
  // nobody is turned away from an open route: what its handler says to an unfinished request is its own matter
  if (attempt.route.kind === 'open' && [400, 404, 405, 409, 410, 415, 422].includes(answer.status))
    return { verdict: 'guard-only', why: `open, and answered ${answer.status}: what it does was not seen` }
  return judgeVariant(attempt, answer)
}

/** A path in another spelling may simply not exist: a 404 then lets nobody in. */
function judgeVariant({ expected, variant }: Attempt, answer: FullAnswer): Judged {
  const absent = [404, 405, 501].includes(answer.status)
  // Redirecting to the guarded spelling shows nothing yet; whoever follows meets the guard there.
  const redirected = answer.status >= 301 && answer.status <= 308
  if (variant !== undefined && (absent || redirected) && answer.decision?.allowed !== true)
    return { verdict: 'held', why: `this spelling leads nowhere (${answer.status})` }
  return judge(expected, answer)
}

/** Parent and child of different owners: rejecting is right, and so is not finding such a child there. */
function judgeCrossed({ status }: FullAnswer): Judged {
  if (status === 404) return { verdict: 'held', why: 'no such pair (404)' }
  if (entered(status)) {
    const why = `answered ${status}: another owner's child was reached through the caller's own parent`
    return { verdict: 'breach', why }
  }
  if (status === 401 || status === 403) return { verdict: 'held', why: `rejected with ${status}` }
  return { verdict: 'unproven', why: `answered ${status}, which does not show that the pair was checked` }
}

function judgeList(
  name: string,
  { status, body, contentType }: FullAnswer,
  [reader, other]: readonly [Holder, Holder],
): Judged {
  if (status !== 200 || !contentType.includes('json')) return undefined
  const list = readList(body, reader, other, name)
  switch (list?.shown) {
    case undefined:
      return undefined
    case 'leak':
      return { verdict: 'breach', why: `the list shows ${list.rows} of another owner's rows` }
    case 'own':
      return { verdict: 'held', why: "the list shows the caller's own rows, and none of the other owner" }
    case 'nothing':
      return { verdict: 'unproven', why: list.why }
  }
}

const entered = (status: number): boolean => status >= 200 && status < 400
