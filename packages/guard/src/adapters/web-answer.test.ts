import { expect, test } from 'vitest'
import { endingWith } from './web-answer.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a body that ends, fails or is given up is watched no longer', async () => {
  let watching = 0
  const watch = () => {
    watching++
    return () => {
      watching--
    }
  }
  expect(await endingWith(new Response('whole'), watch).text()).toBe('whole')
  const failing = new ReadableStream({
    pull: (controller) => controller.error(new Error('the disk is gone')),
  })
  await expect(endingWith(new Response(failing), watch).text()).rejects.toThrow('the disk is gone')
  await endingWith(new Response('never read'), watch).body?.cancel()
  expect(watching).toBe(0)
})

test('a body that is ended is whole up to there, and its source is told', async () => {
  let cancelled = false
  const source = new ReadableStream({
    start: (controller) => controller.enqueue(bytes('data: tick\n\n')),
    cancel: () => {
      cancelled = true
    },
  })
  let end = (): void => {}
  const response = endingWith(new Response(source), (ended) => {
    end = ended
    return () => {}
  })
  const reader = response.body?.getReader()
  expect(await reader?.read()).toEqual({ done: false, value: bytes('data: tick\n\n') })
  end()
  expect(await reader?.read()).toEqual({ done: true, value: undefined })
  expect(cancelled).toBe(true)
})
