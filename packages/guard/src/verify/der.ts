const sequence = 0x30
const integer = 0x02

/**
 * The two halves of an ECDSA signature, as JWS has them (RFC 7518, section 3.4), in the form in which Node takes them
 * without detours: two DER integers in a sequence (RFC 3279, section 2.2.3).
 *
 * @param halves r and s, equally long, at most 66 bytes each
 */
export function derOf(halves: Buffer): Buffer {
  const middle = halves.length / 2
  const r = firstOf(halves, 0, middle)
  const s = firstOf(halves, middle, halves.length)
  const rLength = middle - r + sign(halves, r)
  const sLength = halves.length - s + sign(halves, s)
  const length = 4 + rLength + sLength
  const prefix = length < 128 ? 2 : 3
  const der = Buffer.allocUnsafe(prefix + length)
  der[0] = sequence
  if (prefix === 3) der[1] = 0x81
  der[prefix - 1] = length
  writeInteger(der, prefix, halves, r, middle, rLength)
  writeInteger(der, prefix + 2 + rLength, halves, s, halves.length, sLength)
  return der
}

/** Where a number begins: DER writes no zeros in front, but at least one byte. */
function firstOf(halves: Buffer, from: number, to: number): number {
  let at = from
  while (at < to - 1 && halves[at] === 0) at++
  return at
}

/** The bytes that keep a number whose highest bit is set from being read as a negative one. */
const sign = (halves: Buffer, first: number): 0 | 1 => ((halves[first] ?? 0) >= 0x80 ? 1 : 0)

function writeInteger(
  der: Buffer,
  at: number,
  halves: Buffer,
  from: number,
  to: number,
  length: number,
): void {
  der[at] = integer
  der[at + 1] = length
  der[at + 2] = 0
  for (let byte = from, target = at + 2 + length - (to - from); byte < to; byte++, target++) {
    der[target] = halves[byte] ?? 0
  }
}
