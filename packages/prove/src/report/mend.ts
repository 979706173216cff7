import type { CallerKind } from '../callers.ts'
import type { Finding } from '../verdict.ts'

const invalid = 'Let the guard verify the token: a check written by hand accepts what it should not.'
const mends: { readonly [Kind in CallerKind]?: string } = {
  nobody: 'Put the guard in front of the handler, for every spelling and method that reaches it.',
  'every-method':
    'Put the guard on all methods of the path, before anything that answers by method or header.',
  expired: invalid,
  'not-yet-valid': invalid,
  'malformed-header': invalid,
  'wrong-issuer-name': 'Accept one issuer by its exact name, and its keys alone.',
  'foreign-issuer': 'Accept one issuer by its exact name, and its keys alone.',
  'wrong-audience': 'Accept tokens for this API alone: set `audience`.',
  unsigned: invalid,
  'hmac-with-public-key': 'Fix the algorithm by the key, never by the token.',
  'unknown-kid': 'Take keys from the issuer alone, never from the token.',
  'embedded-key': 'Take keys from the issuer alone, never from the token.',
  tampered: invalid,
  'revoked-session': 'Let the guard follow the revocation feed.',
  'stale-feed': "Set onStale: 'deny' on this route.",
  'weak-acr': 'Ask for the sign-in that the rule names: stepUp({ acr, maxAge }).',
  'signed-in': 'Ask for more than a token: the rule of this route is not enforced.',
  role: 'Enforce the role that the rule names.',
  'without-permission': 'Enforce the permission that the rule names.',
  'another-owner': "Compare the resource's owner with the caller: own('param', loadOwner).",
  'crossed-parameter': 'Look the child up within its parent.',
  'listing-owner': "Restrict the query to the caller's rows.",
  'owner-in-query': 'Take the owner from the token, never from the query.',
  'owner-in-body': 'Take the owner from the token, and list the fields that a body may set.',
  'referring-owner': 'Look up whose each thing is that the request names, before anything is done with it.',
}

/** The likely mend of a breach, in one sentence; undefined where there is nothing to say. */
export const mendOf = ({ verdict, caller }: Pick<Finding, 'verdict' | 'caller'>): string | undefined =>
  verdict === 'breach' ? mends[caller] : undefined
