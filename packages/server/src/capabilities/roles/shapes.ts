import { z } from '@hono/zod-openapi'
import { mostPermissions, mostRoles, permissionName, roleName } from './permissions.ts'

export const roleNameField = z
  .string()
  .regex(roleName, 'A role name is lower-case letters, digits, "-" and "_", starting with a letter.')
  .openapi({ example: 'editor' })

const permissionField = z
  .string()
  .regex(permissionName, 'A permission has the form "resource:action".')
  .openapi({ example: 'posts:delete' })

export const roleBody = z.object({ name: z.string(), permissions: z.array(z.string()) }).openapi('Role')

export const permissionsBody = z
  .strictObject({ permissions: z.array(permissionField).max(mostPermissions) })
  .openapi('Permissions')

/** The body of `PUT /users/:userId/roles`. A name that no role can have is unknown, not malformed. */
export const rolesBody = z
  .strictObject({
    roles: z
      .array(z.string().max(64))
      .max(mostRoles)
      .openapi({ example: ['member', 'editor'] }),
  })
  .openapi('Roles')
