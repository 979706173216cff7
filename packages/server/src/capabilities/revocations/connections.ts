import { networkOf } from '../../platform/network.ts'
import { TooManyListeners } from './errors.ts'

/** The most connections in all, and from one address (or IPv6 network). */
export interface ConnectionLimits {
  readonly inAll: number
  readonly byAddress: number
}

/** Bytes that may wait for a listener that does not read; beyond that it is disconnected, and reconnects when it can. */
const maxWaiting = 1024 * 1024

/** One open connection that events are sent to. */
export interface Listener {
  /** The sequence number up to which it has been sent everything. */
  sequence: number
  send(events: string): void
  close(): void
}

/** What a listener is sent first, and up to which sequence number that goes. */
export interface Greeting {
  readonly parts: readonly (string | Uint8Array)[]
  readonly sequence: number
}

/** The connections of listeners to this instance, bounded. */
export class FeedConnections {
  readonly #limits: ConnectionLimits
  readonly #open = new Set<Listener>()
  readonly #byAddress = new Map<string, number>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * Opens a connection, which begins with what `greet` returns.
   *
   * @throws TooManyListeners (`too_many_listeners`, 503) at the limit, in all or for this address
   */
  open(address: string, greet: () => Greeting): ReadableStream<Uint8Array> {
    const network = networkOf(address)
    const from = this.#byAddress.get(network) ?? 0
    if (this.#open.size >= this.#limits.inAll || from >= this.#limits.byAddress) throw new TooManyListeners()
    const { parts, sequence } = greet()
    this.#byAddress.set(network, from + 1)
    const release = (): void => {
      const left = (this.#byAddress.get(network) ?? 1) - 1
      if (left === 0) this.#byAddress.delete(network)
      else this.#byAddress.set(network, left)
    }
    return this.#stream(parts.map(bytesOf), sequence, release)
  }

  [Symbol.iterator](): Iterator<Listener> {
    return this.#open.values()
  }

  closeAll(): void {
    for (const listener of this.#open) listener.close()
  }

  #stream(first: readonly Uint8Array[], sequence: number, release: () => void): ReadableStream<Uint8Array> {
    let listener: Listener | undefined
    const leave = (): void => {
      if (listener !== undefined && this.#open.delete(listener)) release()
    }
    const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      const close = (): void => {
        leave()
        controller.close()
      }
      listener = {
        sequence,
        close,
        send: (events) => {
          if ((controller.desiredSize ?? 0) < -maxWaiting) close()
          else controller.enqueue(bytesOf(events))
        },
      }
      this.#open.add(listener)
      for (const part of first) controller.enqueue(part)
    }
    // counted in bytes, and a snapshot of any size may wait
    const queue = {
      highWaterMark: first.reduce((sum, { byteLength }) => sum + byteLength, 1),
      size: (chunk?: Uint8Array) => chunk?.byteLength ?? 0,
    }
    return new ReadableStream({ start, cancel: leave }, queue)
  }
}

/** Bytes are passed on as they are: a snapshot may be large, and is the same for everybody. */
export const bytesOf = (part: string | Uint8Array): Uint8Array =>
  typeof part === 'string' ? Buffer.from(part, 'latin1') : part
