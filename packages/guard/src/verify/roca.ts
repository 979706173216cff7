/**
 * Whether an RSA modulus has the fingerprint of the primes that Infineon's library made (ROCA, CVE-2017-15361), whose
 * private keys can be computed: modulo each small prime it is a power of 65537.
 */
export function isRocaModulus(modulus: Buffer): boolean {
  const n = BigInt(`0x${modulus.toString('hex')}`)
  return smallPrimes.every((prime) => powersOf65537(prime).has(Number(n % BigInt(prime))))
}

// every prime from 3 to 167; by chance a modulus passes all of them about once in 2^28 keys of another make
const smallPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]

function powersOf65537(prime: number): Set<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power)
  return powers
}
