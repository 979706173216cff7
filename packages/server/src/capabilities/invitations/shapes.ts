import { z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import { tokenField } from '../challenges/index.ts'
import { emailField, usernameField } from '../identifiers/index.ts'
import { passwordField } from '../passwords/index.ts'
import { rolesBody } from '../roles/index.ts'
import { audienceFields } from '../sessions-api/index.ts'
import { transportField } from '../sign-in/index.ts'
import type { Invitation } from './service.ts'

export const inviteBody = z
  .strictObject({ email: emailField, roles: rolesBody.shape.roles.optional() })
  .openapi('NewInvitation')

export const invitationBody = z
  .object({
    id: z.string(),
    email: z.string(),
    roles: z.array(z.string()),
    invited_by: z.string().openapi({ description: 'A user’s id, or `system`.' }),
    status: z.enum(['pending', 'accepted', 'revoked', 'expired']),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .openapi('Invitation')

export const acceptBody = (config: Config) =>
  z
    .strictObject({
      token: tokenField,
      username: usernameField,
      password: passwordField(config),
      ...audienceFields,
      transport: transportField,
    })
    .openapi('AcceptInvitation')

export const invitationPath = z.object({ invitationId: z.string() })

/** An invitation as JSON. */
export function showInvitation(invitation: Invitation): z.infer<typeof invitationBody> {
  const { id, email, roles, invitedBy, status, createdAt, expiresAt } = invitation
  return {
    id,
    email,
    roles: [...roles],
    invited_by: invitedBy,
    status,
    created_at: new Date(createdAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
  }
}
