import { networkOf } from '../../platform/network.ts'
import { TooManyListeners } from './errors.ts'

/** Connections in all, and from one address (or IPv6 network). */
export interface ListenerLimits {
  readonly inAll: number
  readonly byAddress: number
}

/** Bytes that may wait for a listener who does not read; then it is cut off, and comes back when it can. */
const mostWaiting = 1024 * 1024

/** One open connection that events are sent to. */
export interface Listener {
  /** The place up to which it has been sent everything. */
  place: number
  send(events: string): void
  close(): void
}

/** What a listener is sent first, and up to which place that goes. */
export interface Greeting {
  readonly parts: readonly (string | Uint8Array)[]
  readonly place: number
}

/** Who listens to this instance, and how many may. */
export class Listeners {
  readonly #limits: ListenerLimits
  readonly #open = new Set<Listener>()
  readonly #byAddress = new Map<string, number>()

  constructor(limits: ListenerLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * Opens a connection, which begins with what `greet` gives.
   *
   * @throws TooManyListeners (`too_many_listeners`, 503) when there are enough, in all or from this address
   */
  open(address: string, greet: () => Greeting): ReadableStream<Uint8Array> {
    const network = networkOf(address)
    const from = this.#byAddress.get(network) ?? 0
    if (this.#open.size >= this.#limits.inAll || from >= this.#limits.byAddress) throw new TooManyListeners()
    const { parts, place } = greet()
    this.#byAddress.set(network, from + 1)
    const release = (): void => {
      const left = (this.#byAddress.get(network) ?? 1) - 1
      if (left === 0) this.#byAddress.delete(network)
      else this.#byAddress.set(network, left)
    }
    return this.#stream(parts.map(bytesOf), place, release)
  }

  [Symbol.iterator](): Iterator<Listener> {
    return this.#open.values()
  }

  closeAll(): void {
    for (const listener of this.#open) listener.close()
  }

  #stream(first: readonly Uint8Array[], place: number, release: () => void): ReadableStream<Uint8Array> {
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
        place,
        close,
        send: (events) => {
          if ((controller.desiredSize ?? 0) < -mostWaiting) close()
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
