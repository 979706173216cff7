// Asks one question of the feed at the address given, and closes nothing: the process has to end all the same.
import { FeedSource } from '../source.ts'

const source = new FeedSource({
  issuer: process.argv[2] ?? '',
  keys: { dropKey: () => {}, refreshKeys: async () => {} },
  staleness: 10_000,
  required: true,
  onError: (error) => console.error(error),
})
console.log(await source.standing({ sub: 'u' }, 'k'))
