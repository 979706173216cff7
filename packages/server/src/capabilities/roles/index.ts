export { actorFor } from './actor.ts'
export { AudienceRequired, Forbidden, RoleBuiltIn, RoleInUse, RoleNotFound } from './errors.ts'
export { adminRole, builtInRoles, memberRole, mostRoles, permissionName, roleName } from './permissions.ts'
export {
  authorityOf,
  hasPermission,
  lockPower,
  powerOf,
  requirePermission,
  requireWithinPower,
} from './power.ts'
export {
  deleteRole,
  ensureRoles,
  getRole,
  listRoles,
  putRole,
  requireCoversRoles,
  requireGrantable,
} from './service.ts'
export { rolesBody } from './shapes.ts'
export {
  holdersOf,
  insertRolesOf,
  listPermissionsOf,
  listRolesOf,
  permissionsOfRoles,
  type Role,
  replaceRolesOf,
  rolesOfEach,
} from './store.ts'
