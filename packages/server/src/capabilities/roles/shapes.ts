import { z } from '@hono/zod-openapi'
import { mostPermissions, mostRoles, permissionName, roleName } from './names.ts'

export const roleNameField = z
  .string()
  .regex(roleName, 'A role is named in lower case: letters, digits, "-" and "_", a letter first.')
  .openapi({ example: 'editor' })

const permissionField = z
  .string()
  .regex(permissionName, 'A permission is written as "resource:action".')
  .openapi({ example: 'posts:delete' })

export const roleBody = z.object({ name: z.string(), permissions: z.array(z.string()) }).openapi('Role')

export const permissionsBody = z
  .strictObject({ permissions: z.array(permissionField).max(mostPermissions) })
  .openapi('Permissions')

/** What `PUT /users/:userId/roles` takes. Names that cannot be a role's are unknown ones, not malformed. */
export const rolesBody = z
  .strictObject({
    roles: z
      .array(z.string().max(64))
      .max(mostRoles)
      .openapi({ example: ['member', 'editor'] }),
  })
  .openapi('Roles')
