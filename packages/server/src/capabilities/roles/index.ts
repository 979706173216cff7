export { actorFor } from './actor.ts'
export { AudienceRequired, Forbidden, RoleBuiltIn, RoleInUse, RoleNotFound } from './errors.ts'
export {
  adminRole,
  builtInRoles,
  isServerPermission,
  memberRole,
  mostRoles,
  permissionName,
  roleName,
  type ServerPermission,
  serverPermissions,
} from './permissions.ts'
export {
  authorityOf,
  hasPermission,
  lockPower,
  powerOf,
  requirePermission,
  requireWithinPower,
} from './power.ts'
export { roleRoutes } from './routes.ts'
export { deleteRole, ensureRoles, getRole, listRoles, putRole, requireGrantable } from './service.ts'
export { rolesBody } from './shapes.ts'
export {
  holdersOf,
  listPermissionsOf,
  listRolesOf,
  permissionsOfRoles,
  type Role,
  replaceRolesOf,
  rolesOfEach,
} from './store.ts'
