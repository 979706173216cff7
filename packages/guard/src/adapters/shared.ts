export type { GuardErrorCode, TokenErrorCode, UnavailableErrorCode } from '../errors.ts'
export { ConfigurationError, GuardError, guardErrorCodes, TokenError, UnavailableError } from '../errors.ts'
export type { Authority, ClaimMapping, DecisionContext, GuardOptions, RevocationOptions } from '../options.ts'
export { currentAuth, currentUser } from '../policy/current.ts'
export type { RouteOptions } from '../policy/plan.ts'
export { all, permission, role, stepUp } from '../policy/rules.ts'
export type {
  Allowed,
  Auth,
  Caller,
  Decision,
  Declaration,
  Refused,
  RequestFacts,
  Rule,
} from '../policy/types.ts'
export { auth0, betterAuth, entra, keycloak, supabase } from '../presets/index.ts'
export { type IntrospectionOptions, introspection } from '../revocation/introspection.ts'
export type { RevocationSource, Standing } from '../revocation/types.ts'
export { declarationOf } from '../routes/declared.ts'
export type { Fault, FaultKind } from '../routes/fault.ts'
export { UndeclaredRoutesError } from '../routes/fault.ts'
export type { Manifest, ManifestRoute } from '../routes/manifest.ts'
export type { Claims, Jwk, Jwks } from '../verify/types.ts'
export type { UpgradeHandler, UpgradeListener } from './upgrade.ts'
