/** A row of `roles`. */
export interface RolesTable {
  name: string
  /** Milliseconds since the epoch. */
  created_at: number
}

/** A row of `role_permissions`: what a role lets its holders do. */
export interface RolePermissionsTable {
  role: string
  /** `resource:action` */
  permission: string
}

/** A row of `user_roles`. */
export interface UserRolesTable {
  user_id: string
  role: string
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    roles: RolesTable
    role_permissions: RolePermissionsTable
    user_roles: UserRolesTable
  }
}
