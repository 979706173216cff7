/** Every kind of caller, with what it stands for; the order is the order of the table's columns. */
export const callerKinds = {
  nobody: 'no token',
  'every-method': 'no token, with every method, preflight headers and a JSON body',
  'malformed-header': 'an Authorization header that is not well-formed',
  expired: 'a token that has expired',
  'not-yet-valid': 'a token that is not valid yet',
  'wrong-issuer-name': "our key with another issuer's name",
  'foreign-issuer': 'another issuer with keys of its own',
  'wrong-audience': 'a token for another API',
  unsigned: 'alg none',
  'hmac-with-public-key': 'HS256 signed with the public key',
  'unknown-kid': 'a key identifier that the issuer does not publish',
  'embedded-key': 'a key of its own in the header',
  tampered: 'a valid token with other claims put in',
  'revoked-session': 'a token of a session that has ended',
  'stale-feed': 'a valid token while the news of revocations is too old',
  'weak-acr': 'too weak a sign-in, where step-up is asked for',
  'signed-in': 'a valid token without a role',
  role: 'a valid token with one role alone',
  'without-permission': 'a valid token that lacks the permission',
  'another-owner': "a valid token of somebody else, on one owner's resource",
  'crossed-parameter': "one owner's parent with another's child",
  'listing-owner': "each owner, reading a list: another's rows must not be in it",
  'owner-in-query': "one owner, filtering a list by another's id",
  'owner-in-body': "one owner, with another's id in the body",
  'referring-owner': "one owner, whose path, query or body refers to another's resource",
  'who-may': 'an allowed caller',
} as const

export type CallerKind = keyof typeof callerKinds

/** A kind of caller as people read it. */
export const callerLabel = (kind: CallerKind): string => (kind === 'who-may' ? 'allowed-caller' : kind)

/** The kinds that no rule admits, whatever the route asks for: their tokens are not valid. */
export const invalidCallers: readonly CallerKind[] = [
  'malformed-header',
  'expired',
  'not-yet-valid',
  'wrong-issuer-name',
  'foreign-issuer',
  'wrong-audience',
  'unsigned',
  'hmac-with-public-key',
  'unknown-kid',
  'embedded-key',
  'tampered',
  'revoked-session',
]
