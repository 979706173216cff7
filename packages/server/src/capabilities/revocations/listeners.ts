import { networkOf } from '../../platform/http/client-address.ts'
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
   * Opens a connection: `greet` gives what it is sent first, and up to which place that goes.
   *
   * @throws TooManyListeners (`too_many_listeners`, 503) when there are enough, in all or from this address
   */
  open(address: string, greet: () => { events: string; place: number }): ReadableStream<Uint8Array> {
    const network = networkOf(address)
    const from = this.#byAddress.get(network) ?? 0
    if (this.#open.size >= this.#limits.inAll || from >= this.#limits.byAddress) throw new TooManyListeners()
    const { events, place } = greet()
    this.#byAddress.set(network, from + 1)
    const release = (): void => {
      const left = (this.#byAddress.get(network) ?? 1) - 1
      if (left === 0) this.#byAddress.delete(network)
      else this.#byAddress.set(network, left)
    }
    return this.#stream(events, place, release)
  }

  [Symbol.iterator](): Iterator<Listener> {
    return this.#open.values()
  }

  closeAll(): void {
    for (const listener of this.#open) listener.close()
  }

  #stream(first: string, place: number, release: () => void): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder()
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
          else controller.enqueue(encoder.encode(events))
        },
      }
      this.#open.add(listener)
      controller.enqueue(encoder.encode(first))
    }
    // counted in bytes, and a snapshot of any size may wait
    const queue = {
      highWaterMark: Math.max(1, first.length),
      size: (chunk?: Uint8Array) => chunk?.byteLength ?? 0,
    }
    return new ReadableStream({ start, cancel: leave }, queue)
  }
}
