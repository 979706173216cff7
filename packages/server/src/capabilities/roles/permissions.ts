/** A role name: `editor`, `support-2nd-line`. */
export const roleName = /^[a-z][a-z0-9_-]{0,63}$/

/** `resource:action`, both of characters that an OAuth scope value may contain (RFC 6749, section 3.3); no comma or slash. */
export const permissionName = /^[a-z][a-z0-9._-]{0,63}:[a-z][a-z0-9._-]{0,63}$/

export const mostPermissions = 100
export const mostRoles = 50

/** The role that has every permission of the server and may grant any permission. */
export const adminRole = 'admin'

/** The role that every account starts with. */
export const memberRole = 'member'

/** Whether every new account gets the role, so that a change of it affects every user. */
export const isDefaultRole = (role: string): boolean => role === memberRole

/** Roles that always exist. */
export const builtInRoles: readonly string[] = [adminRole, memberRole]
