import { createHash } from 'node:crypto'
import { readUsername, type Username } from '../identifiers/index.ts'

const longest = 32

/**
 * Usernames for somebody who brings none, best first: what stands before the `@` of their address (or what is left of a
 * name that breaks the rules), then the same with an ending that belongs to them, in two lengths. The ending comes from
 * the id that they had, so that a second run makes the same.
 *
 * @example derivedUsernames('Ana.Lima+shop@example.com', '7') // Ana.Lima, Ana.Lima-k3f9a, Ana.Lima-k3f9ab2c7d
 */
export function derivedUsernames(from: string, foreignId: string): Username[] {
  const ending = BigInt(`0x${createHash('sha256').update(foreignId).digest('hex')}`).toString(36)
  const base = baseOf(from)
  const names = [
    ...(base === undefined ? [] : [base]),
    ...[5, 10].map((length) => ended(base ?? 'user', ending.slice(0, length))),
  ]
  return names.flatMap((name) => {
    const reading = readUsername(name)
    return reading.ok ? [reading.value] : []
  })
}

function baseOf(from: string): string | undefined {
  const [local = ''] = from.normalize('NFKC').split('@')
  const [name = ''] = local.split('+')
  const base = shortened(name.replace(/[^\p{L}\p{M}0-9._-]+/gu, '-').replace(/^[._-]+|[._-]+$/g, ''), longest)
  return readUsername(base).ok ? base : undefined
}

const ended = (base: string, ending: string): string =>
  `${shortened(base, longest - ending.length - 1)}-${ending}`

const shortened = (text: string, most: number): string => [...text].slice(0, most).join('')
