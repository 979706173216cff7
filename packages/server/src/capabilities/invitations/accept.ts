import type { Context } from '../../context.ts'
import {
  EmailTaken,
  getUser,
  insertAccount,
  isVerifiedAddress,
  prepareAccount,
  takeAddress,
} from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { InvalidChallenge, peekChallenge, useChallenge } from '../challenges/index.ts'
import { adminRole, getRole, lockPower, powerOf, RoleNotFound } from '../roles/index.ts'
import {
  type Client,
  type Credentials,
  completeSignIn,
  countSignUp,
  type Evidence,
  requireInvitations,
  type SignedIn,
  withTokens,
} from '../sign-in/index.ts'
import { resolveAudience } from '../tokens/index.ts'
import { InvitationVoid } from './errors.ts'
import { isPending, rolesOfInvitation } from './service.ts'
import { changeInvitation, findInvitation, type InvitationRow, lockInvitation } from './store.ts'

/**
 * Creates an account by an invitation and signs its user in. The address is verified: its mail brought the invitation. What
 * the invitation gives, whoever invited must still be allowed to give.
 *
 * @throws InvalidChallenge (400) for a link that is wrong, used, revoked or too old; InvitationVoid (409); EmailTaken (409);
 *   SignUpClosed (403), InvalidTarget (400), TooManyAttempts (429), and what `prepareAccount` throws (409, 422, 503)
 */
export async function acceptInvitation(
  ctx: Context,
  input: Credentials & { readonly token: string },
  client: Client,
): Promise<SignedIn> {
  requireInvitations(ctx)
  const audience = resolveAudience(ctx.config, input)
  const { token, username, password, transport } = input
  // nobody has a password hashed for a link that is none
  const found = await peekChallenge(ctx, 'invitation', token)
  if (found === undefined) throw new InvalidChallenge()
  await countSignUp(ctx, client.address)
  const invitedAs = (await findInvitation(ctx.db, found.subject))?.email
  const account = await prepareAccount(ctx, { username, password, invitedAs })
  const evidence: Evidence = { method: 'password', acr: 'pwd', amr: ['pwd'], confirm: async () => true }
  const outcome = await useChallenge(ctx, 'invitation', { token }, async (ctx, { subject }) => {
    await lockPower(ctx)
    const row = await lockInvitation(ctx.db, subject)
    if (row === undefined || !isPending(row, ctx.clock.now())) throw new InvalidChallenge()
    const roles = rolesOfInvitation(row)
    await requireStillGranted(ctx, row, roles)
    if (await isVerifiedAddress(ctx, row.email_key)) throw new EmailTaken()
    const { id } = await insertAccount(ctx, { kind: 'system' }, { ...account, roles })
    await takeAddress(ctx, id, { email: row.email, key: row.email_key })
    await changeInvitation(ctx.db, row.id, { accepted_at: ctx.clock.now(), accepted_by: id })
    const actor = { kind: 'user', id } as const
    await record(ctx, { actor, action: 'invitation.accepted', target: row.id, detail: { user: id } })
    const user = await getUser(ctx, id)
    if (user === undefined) throw new Error('the account was just created')
    const request = { way: 'sign_up', audience, transport, client } as const
    return completeSignIn(ctx, { user, mustChangePassword: false, factors: [] }, evidence, request)
  })
  return withTokens(ctx, outcome)
}

/** Part of a transaction that has taken `lockPower`: nobody is demoted meanwhile, and no role goes. */
async function requireStillGranted(
  ctx: Context,
  { invited_by }: InvitationRow,
  roles: readonly string[],
): Promise<void> {
  const inviter = invited_by === 'system' ? undefined : await getUser(ctx, invited_by)
  const power = await powerOf(ctx, invited_by)
  const isEnabled = invited_by === 'system' || inviter?.disabled === false
  const mayDo = (permission: string): boolean =>
    invited_by === 'system' || power.administrator || power.permissions.has(permission)
  if (!isEnabled || !mayDo('users:write')) throw new InvitationVoid()
  for (const name of roles) {
    const role = await getRole(ctx, name).catch((error: unknown) => {
      throw error instanceof RoleNotFound ? new InvitationVoid() : error
    })
    const reserved = name === adminRole && invited_by !== 'system' && !power.administrator
    if (reserved || !role.permissions.every(mayDo)) throw new InvitationVoid()
  }
}
