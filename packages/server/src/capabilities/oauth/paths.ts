export const introspectPath = '/oauth/introspect'
export const revokePath = '/oauth/revoke'
