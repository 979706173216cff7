const sample = { id: 'cGFzc2tleQ', rawId: 'cGFzc2tleQ', type: 'public-key' } as const
/** `{}` */
const nothing = 'e30'

/** What a browser sends of a new passkey, as `/docs` shows it: well-formed, and good for nothing. */
export const sampleCreated = {
  ...sample,
  response: { clientDataJSON: nothing, attestationObject: nothing },
} as const

/** What a browser sends of a passkey that was used, as `/docs` shows it. */
export const sampleUsed = {
  ...sample,
  response: { clientDataJSON: nothing, authenticatorData: nothing, signature: nothing },
} as const
