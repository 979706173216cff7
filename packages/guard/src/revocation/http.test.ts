import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEvents, type ServerEvent } from './http.ts'

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const points = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  let start = 0
  for (const point of [...points, text.length]) {
    yield Buffer.from(text.slice(start, point))
    start = point
  }
}

async function all(text: string, cuts: readonly number[] = [], limit = 1000) {
  return collect(pieces(text, cuts), limit)
}

async function collect(chunks: AsyncIterable<Buffer>, limit: number): Promise<ServerEvent[]> {
  const events: ServerEvent[] = []
  for await (const event of readEvents(chunks, limit)) events.push(event)
  return events
}

test('property: events are the same wherever the stream is split into chunks', async () => {
  const text =
    ': hello\n\nevent: position\ndata: a.b.c\n\ndata:x\r\ndata: y\r\n\r\nid: 5\nevent: none\n\nevent: change\ndata: d\n\ndata: unfinished'
  const expected = [
    { name: 'position', data: 'a.b.c' },
    { name: 'message', data: 'x\ny' },
    { name: 'change', data: 'd' },
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), async (cuts) => {
      expect(await all(text, cuts)).toEqual(expected)
    }),
  )
})

test('rejects an event that never ends', async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.from('data: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')
  }
  await expect(collect(endless(), 1000)).rejects.toThrow('larger')
  await expect(all(`data: ${'a'.repeat(2000)}\ndata: b`, [500, 1000, 1500], 1000)).rejects.toThrow('larger')
})
