import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loggerTo } from '../log.ts'
import { runJobs } from './every.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const silent = loggerTo('silent', undefined)

describe('a job', () => {
  it('runs again and again, the first time after its pause', async () => {
    const run = vi.fn(async () => undefined)
    const stop = runJobs([{ name: 'sweep', everyMs: 1_000, run }], silent)
    expect(run).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(3_500)
    expect(run).toHaveBeenCalledTimes(3)
    await stop()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(run).toHaveBeenCalledTimes(3)
  })

  it('never runs beside itself', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const run = vi.fn(() => promise)
    const stop = runJobs([{ name: 'slow', everyMs: 1_000, run }], silent)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(run).toHaveBeenCalledTimes(1)
    resolve()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(run).toHaveBeenCalledTimes(2)
    await stop()
  })

  it('that fails is logged and tried again', async () => {
    const lines: string[] = []
    const log = loggerTo('error', { write: (line) => void lines.push(line) })
    const run = vi.fn(() => Promise.reject(new Error('no luck')))
    const stop = runJobs([{ name: 'unlucky', everyMs: 1_000, run }], log)
    await vi.advanceTimersByTimeAsync(2_500)
    await stop()
    expect(run).toHaveBeenCalledTimes(2)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { job: 'unlucky', err: { message: 'no luck' } },
      { job: 'unlucky' },
    ])
  })

  it('that is under way is waited for when all stop', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = runJobs([{ name: 'slow', everyMs: 1_000, run: () => promise }], silent)
    await vi.advanceTimersByTimeAsync(1_000)
    let stopped = false
    const stopping = stop().then(() => {
      stopped = true
    })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stopped).toBe(false)
    resolve()
    await stopping
  })
})
