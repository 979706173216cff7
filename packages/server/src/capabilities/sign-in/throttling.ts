import type { Context } from '../../context.ts'
import type { Lane } from '../../platform/crypto/hasher.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'
import type { RateLimit } from '../../platform/rate-limit.ts'
import { countAttempt, type Throttle } from '../../platform/throttles.ts'
import type { Line } from '../../platform/waiting-room.ts'
import type { Recognised } from '../devices/index.ts'
import { onePassword, typedPassword } from './spraying.ts'

const quarterHour = 900
const hour = 3600

/** How many failures within so many seconds slow nobody; beyond them attempts wait in line. */
interface Allowance {
  readonly attempts: number
  readonly seconds: number
}

/** An allowance, and the line that attempts beyond it wait in. */
interface Slowed extends Allowance {
  /** The maximum wait between two attempts, in milliseconds. */
  readonly longest: number
  /** The maximum number of waiting attempts; one more is a 429. */
  readonly places: number
}

/** One known device at its account; beyond them it counts as a stranger. */
const knownDevice: Allowance = { attempts: 10, seconds: quarterHour }
/** One network at one account. */
const onePair: Slowed = { attempts: 10, seconds: hour, longest: 15_000, places: 2 }
/** One network at all accounts together. Many people may share one, so its line moves faster. */
const oneNetwork: Slowed = { attempts: 100, seconds: quarterHour, longest: 2_000, places: 16 }
/** All networks together at one account. */
const oneAccount: Slowed = { attempts: 50, seconds: hour, longest: 15_000, places: 3 }
/** Attempts with one password at many accounts, from wherever. */
const oneSprayed: Slowed = { ...onePassword, longest: 15_000, places: 16 }
/** Accounts created from one network. */
const signUps: Allowance = { attempts: 30, seconds: quarterHour }

/** How long the first attempt beyond an allowance waits, in milliseconds; each one after it waits twice as long. */
const firstWait = 500

/** An attempt to sign in that may go on. It counts as failed until it is known to be honest. */
export interface Attempt {
  /** Where its password waits to be checked. */
  readonly lane: Lane
  /** Takes the attempt back, and forgets the failures before it. */
  succeeded(): Promise<void>
  /** Notes that the password was wrong. */
  failed(): Promise<void>
  /** Takes the attempt back: it was never decided (the server was too busy). */
  undecided(): Promise<void>
}

/** An attempt before its password is known to be wrong. */
type Counted = Omit<Attempt, 'failed'>

/** What an attempt is counted by. */
export interface AttemptFrom {
  /** The name that was tried, as `attemptKey` spells it, whether or not an account has it. */
  readonly name: string
  /** The password, as typed. */
  readonly password: string
  readonly address: string
  /** Hears that the password is being tried at many accounts. */
  readonly onSprayed: () => void
  readonly recognised: Recognised
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Counts an attempt at an account and slows it after too many: a known device has an allowance that strangers can't use
 * up, a known network is slowed only by its failures at this account, and everybody else also by the network's failures
 * elsewhere and by strangers' failures at the account. Accounts are counted by the name that was tried, so that
 * existing accounts can't be told from others.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After) when too many wait already
 * @throws Unavailable (`unavailable`, 503) when the server stops meanwhile
 */
export async function startAttempt(ctx: Context, from: AttemptFrom): Promise<Attempt> {
  const { device, familiar } = from.recognised
  const trusted = device && (await asKnownDevice(ctx, device.digest))
  const { name, password } = from
  const failed = () => typedPassword(ctx, password).wrongFor(name)
  if (trusted?.within === true) return { ...trusted.attempt, failed }
  const attempt = await asStranger(ctx, from, familiar)
  return {
    ...attempt,
    failed,
    async succeeded() {
      await Promise.all([attempt.succeeded(), trusted?.attempt.succeeded()])
    },
  }
}

async function asKnownDevice(ctx: Context, digest: string): Promise<{ within: boolean; attempt: Counted }> {
  const throttle = ctx.throttles.limiter('sign-in-device', knownDevice)
  const key = keyOf(ctx, digest)
  const within = (await throttle.count(key)) <= knownDevice.attempts
  const attempt: Counted = {
    lane: { name: `device ${key}`, reserved: true },
    succeeded: () => throttle.clear(key),
    undecided: () => throttle.giveBack(key),
  }
  return { within, attempt }
}

async function asStranger(
  ctx: Context,
  { name, password, address, signal, onSprayed }: AttemptFrom,
  familiar: boolean,
): Promise<Counted> {
  const network = networkOf(address)
  const account = counterOf(ctx, 'account', oneAccount, keyOf(ctx, 'account', name))
  const pair = counterOf(ctx, 'pair', onePair, keyOf(ctx, 'pair', name, network))
  const anywhere = counterOf(ctx, 'network', oneNetwork, keyOf(ctx, 'network', network))
  const counters = [pair, anywhere, account]

  const typed = typedPassword(ctx, password)
  const [ofPair, ofNetwork, ofAccount, sprayed] = await Promise.all([
    pair.count(),
    anywhere.count(),
    account.count(),
    typed.names(),
  ])
  if (sprayed >= oneSprayed.attempts) onSprayed()
  const known = familiar && ofPair <= onePair.attempts
  const undecided = async (): Promise<void> => {
    await Promise.all(counters.map((counter) => counter.giveBack()))
  }
  const lines = known
    ? []
    : [
        pair.lineAfter(ofPair),
        anywhere.lineAfter(ofNetwork),
        account.lineAfter(ofAccount),
        lineAfter(`password ${typed.key}`, oneSprayed, sprayed + 1),
      ].filter((line) => line !== undefined)
  if (lines.length > 0) {
    await ctx.waitingRoom.enter({ lines, rank: ofPair, signal }).catch(async (error: unknown) => {
      await undecided()
      throw error instanceof TooManyAttempts
        ? new TooManyAttempts(error.retryAfterMs ?? 0, limitOf(error))
        : error
    })
  }
  return {
    // filling a network's line does not fill that of its people at their own accounts
    lane: known ? { name: `pair ${pair.key}`, reserved: true } : { name: network, reserved: false },
    undecided,
    async succeeded() {
      await Promise.all([pair.clear(), anywhere.giveBack(), account.giveBack()])
    },
  }
}

interface Counter {
  readonly key: string
  /** Counts one more attempt and returns how many there have been. */
  count(): Promise<number>
  /** The line that the `made`th attempt waits in; none within the allowance. */
  lineAfter(made: number): Line | undefined
  giveBack(): Promise<void>
  clear(): Promise<void>
}

function counterOf(ctx: Context, of: string, slowed: Slowed, key: string): Counter {
  const throttle: Throttle = ctx.throttles.limiter(`sign-in-${of}`, slowed)
  return {
    key,
    count: () => throttle.count(key),
    giveBack: () => throttle.giveBack(key),
    clear: () => throttle.clear(key),
    lineAfter: (made) => lineAfter(`${of} ${key}`, slowed, made),
  }
}

function lineAfter(key: string, slowed: Slowed, made: number): Line | undefined {
  const beyond = made - slowed.attempts
  if (beyond <= 0) return undefined
  const spacing = Math.min(slowed.longest, firstWait * 2 ** (beyond - 1))
  return { key, spacing, places: slowed.places }
}

/** What a refused attempt is told of the limit: the one of its network and account, so that nothing shows of other people's. */
const limitOf = ({ retryAfterMs = 0 }: TooManyAttempts): RateLimit => ({
  name: 'sign-in',
  quota: onePair.attempts,
  seconds: onePair.seconds,
  remaining: 0,
  resetMs: retryAfterMs,
})

/**
 * Counts a new account.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export async function countSignUp(ctx: Context, address: string): Promise<void> {
  await countAttempt(ctx, ctx.throttles.limiter('sign-up', signUps), keyOf(ctx, networkOf(address)))
}

/**
 * What attempts are counted under. Keyed with the server's secret: the name that was typed may be a password, and a plain
 * digest of it in the database could be guessed offline.
 */
function keyOf(ctx: Context, ...parts: string[]): string {
  return ctx.sealer.digest(parts.join('\n'), 'throttling')
}
