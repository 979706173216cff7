/** What a role can be called: `editor`, `support-2nd-line`. */
export const roleName = /^[a-z][a-z0-9_-]{0,63}$/

/** `resource:action`, both made of what an OAuth scope value may contain (RFC 6749, section 3.3); no comma or slash. */
export const permissionName = /^[a-z][a-z0-9._-]{0,63}:[a-z][a-z0-9._-]{0,63}$/

export const mostPermissions = 100
export const mostRoles = 50
