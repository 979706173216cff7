import { FeedError } from './wire.ts'

/** One server-sent event. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
}

/**
 * Splits a stream of server-sent events (HTML Standard, section 9.2) into its events; comments and unknown fields are
 * passed over. Field lines are ASCII here, as everything that the feed sends is.
 *
 * @throws FeedError when an event is larger than `maxLength` characters
 */
export async function* readEvents(
  chunks: AsyncIterable<Buffer>,
  maxLength: number,
): AsyncGenerator<ServerEvent> {
  let pieces: string[] = []
  let length = 0
  let name = 'message'
  let data: string[] = []
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1')
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      pieces.push(text.slice(start, end))
      const line = pieces.join('').replace(/\r$/, '')
      pieces = []
      start = end + 1
      if (line === '') {
        if (data.length > 0) yield { name, data: data.join('\n') }
        name = 'message'
        data = []
        length = 0
      } else if (line.startsWith('event:')) name = fieldValue(line, 6)
      else if (line.startsWith('data:')) data.push(fieldValue(line, 5))
    }
    pieces.push(text.slice(start))
    length += text.length
    if (length > maxLength) throw new FeedError('an event larger than any should be')
  }
}

function fieldValue(line: string, at: number): string {
  return line.slice(line[at] === ' ' ? at + 1 : at)
}
