import { Worker } from 'node:worker_threads'
import { DomainError } from '../errors.ts'
import type { HashAnswer, HashTask } from './hash-task.ts'
import type { Lane } from './hasher.ts'

/** The queue for the hashing threads is full. */
export class HashQueueFull extends DomainError {
  readonly code = 'hash_queue_full'
  readonly title = 'Service unavailable'

  constructor() {
    super({
      detail: 'Too many concurrent sign-ins. Try again.',
      retryAfterMs: 2_000,
    })
  }
}

export interface PoolLimits {
  /** The number of threads. */
  readonly workers: number
  /** The most waiting tasks, in total. */
  readonly queue: number
  /** The most waiting tasks of one caller (an address), so that none fills the queue alone. */
  readonly queuePerLane: number
  /** The most tasks of known lanes that may wait beyond `queue`, two in each, so that a crowd of strangers cannot block them. */
  readonly reserve?: number
  /** Gives threads a lower priority than the main loop (only Linux supports that for a single thread). */
  readonly lowerPriority: boolean
  /** Milliseconds after which an idle thread ends, to free its memory; by default it never does. */
  readonly restMs?: number
}

interface Waiting {
  readonly task: HashTask
  readonly lane: string
  readonly settle: (answer: HashAnswer) => void
  readonly fail: (error: Error) => void
}

/** No honest user signs in to one account from one place more often at a time. */
const reservedPerLane = 2

/**
 * A bounded pool of hashing threads. Lanes take turns, so that a flood from one address delays that address first.
 */
export class HashPool {
  readonly #limits: PoolLimits
  readonly #program: URL
  readonly #lanes = new Map<string, Waiting[]>()
  readonly #idle: Worker[] = []
  readonly #rests = new Map<Worker, NodeJS.Timeout>()
  readonly #busy = new Map<Worker, Waiting>()
  #waiting = 0
  #closed = false

  /** `program` is the file that the threads run. */
  constructor(limits: PoolLimits, program: URL = new URL(import.meta.resolve('#hash-worker'))) {
    this.#limits = limits
    this.#program = program
  }

  /** The number of tasks that wait for a thread. */
  get waiting(): number {
    return this.#waiting
  }

  /** @throws HashQueueFull when the queue, or the lane's share of it, is full */
  run(task: HashTask, from: string | Lane): Promise<HashAnswer> {
    if (this.#closed) return Promise.reject(new Error('The hashing threads have been stopped.'))
    const { name: lane, reserved } = typeof from === 'string' ? { name: from, reserved: false } : from
    const line = this.#lanes.get(lane) ?? []
    if (!this.#hasPlace(line.length) && !(reserved && this.#hasReserve(line.length))) {
      return Promise.reject(new HashQueueFull())
    }
    return new Promise((settle, fail) => {
      line.push({ task, lane, settle, fail })
      this.#lanes.set(lane, line)
      this.#waiting += 1
      this.#dispatch()
    })
  }

  #hasPlace(inLane: number): boolean {
    return this.#waiting < this.#limits.queue && inLane < this.#limits.queuePerLane
  }

  #hasReserve(inLane: number): boolean {
    return this.#waiting < this.#limits.queue + (this.#limits.reserve ?? 0) && inLane < reservedPerLane
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#rests.values()) clearTimeout(timer)
    const stopped = new Error('The hashing threads have been stopped.')
    for (const line of this.#lanes.values()) for (const { fail } of line) fail(stopped)
    for (const { fail } of this.#busy.values()) fail(stopped)
    this.#lanes.clear()
    this.#waiting = 0
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.terminate()))
  }

  #dispatch(): void {
    while (this.#waiting > 0) {
      const worker = this.#idle.pop() ?? this.#another()
      if (worker === undefined) return
      const next = this.#next()
      if (next === undefined) return
      clearTimeout(this.#rests.get(worker))
      this.#busy.set(worker, next)
      worker.ref()
      worker.postMessage(next.task)
    }
  }

  /** Takes the first task of the next lane, and moves the lane to the end of the round. */
  #next(): Waiting | undefined {
    const [entry] = this.#lanes
    if (entry === undefined) return undefined
    const [lane, line] = entry
    const next = line.shift()
    this.#lanes.delete(lane)
    if (line.length > 0) this.#lanes.set(lane, line)
    this.#waiting -= 1
    return next
  }

  #another(): Worker | undefined {
    if (this.#busy.size + this.#idle.length >= this.#limits.workers) return undefined
    const worker = new Worker(this.#program, {
      workerData: { lowerPriority: this.#limits.lowerPriority },
      // V8 returns little of a grown young generation, and tasks allocate next to nothing
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    worker.on('message', (answer: HashAnswer) => this.#answered(worker, answer))
    worker.on('error', (error) =>
      this.#lost(worker, error instanceof Error ? error : new Error(String(error))),
    )
    worker.on('exit', () => this.#lost(worker, new Error('A hashing thread ended.')))
    return worker
  }

  #answered(worker: Worker, answer: HashAnswer): void {
    const done = this.#busy.get(worker)
    this.#busy.delete(worker)
    worker.unref() // a thread at rest does not keep the process
    this.#rest(worker)
    if ('failed' in answer) done?.fail(new Error(`A hashing thread failed: ${answer.failed}`))
    else done?.settle(answer)
    this.#dispatch()
  }

  #rest(worker: Worker): void {
    this.#idle.push(worker)
    const { restMs } = this.#limits
    if (restMs === undefined) return
    const end = (): void => {
      this.#idle.splice(this.#idle.indexOf(worker), 1)
      void worker.terminate()
    }
    this.#rests.set(worker, setTimeout(end, restMs).unref())
  }

  /** A crashed thread fails its task, and is replaced on demand. */
  #lost(worker: Worker, error: Error): void {
    clearTimeout(this.#rests.get(worker))
    this.#rests.delete(worker)
    const at = this.#idle.indexOf(worker)
    if (at !== -1) this.#idle.splice(at, 1)
    this.#busy.get(worker)?.fail(error)
    this.#busy.delete(worker)
    if (!this.#closed) this.#dispatch()
  }
}
