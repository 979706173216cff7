export { type AudienceRequest, asksForLess, narrowAudience, resolveAudience } from './audience.ts'
export { mintAccessToken } from './mint.ts'
export { lookUpSubject, type TokenSubject } from './subject.ts'
export { grantOfTokenId } from './token-id.ts'
