import type { Capability } from '../../capability.ts'
import { introspectPath, revokePath } from './paths.ts'
import { oauthSettings } from './settings.ts'

/** Introspection, revocation, and the issuer's metadata. */
export const oauth: Capability = {
  name: 'oauth',
  settings: oauthSettings,
  errors: {
    invalid_client: {
      status: 401,
      headers: () => ({ 'WWW-Authenticate': 'Basic realm="gatehouse"' }),
    },
    invalid_token_request: 400,
  },
  metadata: ({ issuer }) => ({
    introspection_endpoint: `${issuer}${introspectPath}`,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
    revocation_endpoint: `${issuer}${revokePath}`,
    revocation_endpoint_auth_methods_supported: ['none'],
  }),
  routes: async () => {
    const [{ oauthRoutes }, { metadataRoutes }] = await Promise.all([
      import('./routes.ts'),
      import('./metadata-routes.ts'),
    ])
    return [oauthRoutes, metadataRoutes]
  },
}
