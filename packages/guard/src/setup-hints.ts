import type { TokenErrorCode } from './errors.ts'
import type { GuardOptions } from './options.ts'

/**
 * What to compare when tokens are refused because of a setting, of the guard or of the issuer. Only what the guard itself
 * expects is named: the token is not trusted, and none of it is printed.
 */
export function setupHint(code: TokenErrorCode, options: GuardOptions): string | undefined {
  const { secret, typ } = options
  switch (code) {
    case 'token_issuer':
      return `This guard accepts tokens from ${listOf(issuersOf(options))}. Compare \`issuer\` (GATEHOUSE_ISSUER) with the issuer's own name, character by character.`
    case 'token_audience':
      return `This guard accepts the audience ${listOf(audiencesOf(options))}. Compare \`audience\` (GATEHOUSE_AUDIENCE) with the audiences of the issuer.`
    case 'token_algorithm':
      return secret === undefined
        ? 'This guard verifies with public keys. For an issuer that signs with a shared secret, pass `secret`.'
        : 'This guard verifies with a shared secret. For an issuer that publishes keys, pass `issuer` and no `secret`.'
    case 'token_signature':
      return secret === undefined ? undefined : 'Check that the issuer signs with the same `secret`.'
    case 'token_type':
      return typ === undefined
        ? 'Send the access token, not the ID token. For an issuer with another `typ`, set the option, or use its preset.'
        : undefined
    default:
      return undefined
  }
}

const issuersOf = ({ issuer = [], issuers = [] }: GuardOptions): string[] => [
  ...[issuer].flat(),
  ...issuers.map((entry) => entry.issuer),
]

const audiencesOf = ({ audience = [], issuers = [] }: GuardOptions): string[] => [
  ...new Set([...[audience].flat(), ...issuers.flatMap((entry) => entry.audience ?? [])]),
]

const listOf = (names: readonly string[]): string =>
  names.length === 0 ? 'that is configured' : names.map((name) => `"${name}"`).join(' or ')
