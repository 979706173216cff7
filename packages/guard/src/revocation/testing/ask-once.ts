// Asks the feed at the given address once, and closes nothing: the process must end by itself.
import { FeedSource } from '../source.ts'

const source = new FeedSource({
  issuer: process.argv[2] ?? '',
  keys: { dropKey: () => {}, refreshKeys: async () => {} },
  staleness: 10_000,
  required: true,
  onError: (error) => console.error(error),
})
console.log(await source.standing({ sub: 'u' }, 'k'))
