import { createHash } from 'node:crypto'
import type { Context } from '../../platform/context.ts'
import { networkOf } from '../../platform/http/client-address.ts'
import { TooManyAttempts } from '../../platform/http/problems.ts'
import type { Throttle } from '../../platform/throttles.ts'
import { hasSignedInFrom } from '../sessions/index.ts'

const quarterHour = 900

/** Failed attempts in 15 minutes: of one address at one account; then it waits for what is left of them. */
const onePair = { attempts: 10, seconds: quarterHour }
/** Of one address at all accounts together. */
const oneAddress = { attempts: 100, seconds: quarterHour }
/** At one account from all addresses together, before it counts as under attack. */
const oneAccount = { attempts: 100, seconds: quarterHour }
/**
 * Of an unfamiliar address at an account under attack. Never none: no stranger can lock somebody out, however many
 * addresses they have, and each address is worth a fifth of what it was.
 */
const pairUnderAttack = { attempts: 2, seconds: quarterHour }
/** Accounts made from one address. */
const signUps = { attempts: 30, seconds: quarterHour }

/** An attempt to sign in that may go on. It counts as failed until it is known to be honest. */
export interface Attempt {
  /** Takes the attempt back, and forgets the failures before it. */
  succeeded(): Promise<void>
  /** Takes the attempt back: it was never decided (the server was too busy). */
  undecided(): Promise<void>
}

/**
 * Counts an attempt at an account. An account that does not exist is counted by the name that was tried, so that
 * nothing tells it from one that does.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export async function startAttempt(
  ctx: Context,
  account: { userId: string | undefined; name: string },
  address: string,
): Promise<Attempt> {
  const limits = limitsOf(ctx)
  const group = networkOf(address)
  const accountKey = keyOf(account.userId ?? `name:${account.name}`)
  const pairKey = keyOf(accountKey, group)
  const taken: (readonly [Throttle, string])[] = []

  async function take(throttle: Throttle, key: string): Promise<void> {
    const wait = await throttle.take(key)
    if (wait > 0) throw new TooManyAttempts(wait)
    taken.push([throttle, key])
  }

  await take(limits.address, keyOf(group))
  await take(limits.pair, pairKey)
  const underAttack = (await limits.account.take(accountKey)) > 0
  if (underAttack) {
    const familiar = account.userId !== undefined && (await hasSignedInFrom(ctx, account.userId, address))
    if (!familiar) await take(limits.pairUnderAttack, pairKey)
  } else {
    taken.push([limits.account, accountKey])
  }

  async function undecided(): Promise<void> {
    for (const [throttle, key] of taken) await throttle.giveBack(key)
  }
  return {
    undecided,
    async succeeded() {
      await undecided()
      await limits.pair.clear(pairKey)
      await limits.pairUnderAttack.clear(pairKey)
    },
  }
}

/**
 * Counts an account being made.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export async function countSignUp(ctx: Context, address: string): Promise<void> {
  const wait = await ctx.throttles.limiter('sign-up', signUps).take(keyOf(networkOf(address)))
  if (wait > 0) throw new TooManyAttempts(wait)
}

function limitsOf({ throttles }: Context) {
  return {
    pair: throttles.limiter('sign-in-pair', onePair),
    address: throttles.limiter('sign-in-address', oneAddress),
    account: throttles.limiter('sign-in-account', oneAccount),
    pairUnderAttack: throttles.limiter('sign-in-attack', pairUnderAttack),
  }
}

/** Of bounded length whatever was typed, and no name or address to be read where attempts are kept. */
function keyOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url')
}
