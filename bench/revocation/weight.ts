// What revocations weigh in a guard, measured in a process of its own: run with --expose-gc.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import {
  always,
  decodeSnapshot,
  encodeSnapshot,
  type FeedSigner,
  Judge,
  RevocationSet,
  stride,
} from '@gatehouse/guard/internal/revocation'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signer: FeedSigner = {
  kid: 'bench',
  alg: 'ES256',
  sign: (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
}
const keys = () => ({ alg: 'ES256' as const, key: publicKey })
const issuer = 'https://bench.example'

function memory(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function entry() {
  const bytes = randomBytes(12)
  const digest = [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8)] as const
  return { digest, cut: always, expires: 2_000_000_000 }
}

const before = memory()
const set = new RevocationSet()
let longest = 0
for (let i = 0; i < 1_000_000; i++) {
  const next = entry()
  const start = performance.now()
  set.add(next)
  longest = Math.max(longest, performance.now() - start)
}
const held = memory() - before
const table = set.toTable()

async function load(count: number): Promise<string> {
  const snapshot = {
    issuer,
    seq: 1,
    issuedAt: 1,
    expires: 2_000_000_000,
    entries: table.slice(0, count * stride),
  }
  const jws = encodeSnapshot(snapshot, signer)
  const start = performance.now()
  const { entries } = await decodeSnapshot(jws, issuer, keys)
  new RevocationSet().addAll(entries)
  return `${(performance.now() - start).toFixed(0)} ms`
}

const judge = new Judge(set)
const tokens = Array.from({ length: 20_000 }, (_, i) => ({
  sub: `u${i}`,
  sid: `s${i}`,
  roles: ['member', 'editor'],
  iat: 1,
}))
function nanosecondsEach(rounds: number, before: () => void): string {
  let total = 0
  for (let round = 0; round < rounds; round++) {
    before()
    const start = performance.now()
    for (const token of tokens) judge.isRevoked(token)
    total += performance.now() - start
  }
  return `${((total * 1e6) / (rounds * tokens.length)).toFixed(0)} ns`
}

const first = nanosecondsEach(1, () => {})
console.log('\nRevocations in a guard')
console.table({
  '1,000,000 entries, memory': { value: `${(held / 2 ** 20).toFixed(1)} MiB` },
  '1,000,000 entries, longest single addition': { value: `${longest.toFixed(1)} ms` },
  'snapshot of 100,000, checked and loaded': { value: await load(100_000) },
  'snapshot of 1,000,000, checked and loaded': { value: await load(1_000_000) },
  'a token seen for the first time, among 1,000,000': { value: first },
  'a token seen before, after a change': { value: nanosecondsEach(10, () => void set.version++) },
  'a token seen before': { value: nanosecondsEach(50, () => {}) },
})
