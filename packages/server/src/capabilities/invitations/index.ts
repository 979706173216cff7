export { acceptInvitation } from './accept.ts'
export { InvitationNotFound, InvitationVoid } from './errors.ts'
export { type Invitation, invite, listInvitations, revokeInvitation } from './service.ts'
