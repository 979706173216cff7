import { randomBytes } from 'node:crypto'
import { createAccount, hasUsers, UsernameTaken } from '../../capabilities/accounts/index.ts'
import { listEvents } from '../../capabilities/audit/index.ts'
import { passwordLength } from '../../capabilities/passwords/index.ts'
import { adminRole, memberRole } from '../../capabilities/roles/index.ts'
import type { Context } from '../../context.ts'
import { system } from '../command.ts'

const username = 'admin'

/** Creates an administrator if there has never been a user. The returned password is stored nowhere. */
export async function createFirstAdministrator(
  ctx: Context,
): Promise<{ username: string; password: string } | undefined> {
  if (await hasUsers(ctx)) return undefined
  // deleted users left a trace in the audit log
  if ((await listEvents(ctx, { limit: 1 }, { action: 'user.created' })).items.length > 0) return undefined
  const { min } = passwordLength(ctx.config)
  const password = randomBytes(Math.max(15, min)).toString('base64url').slice(0, Math.max(20, min))
  try {
    await createAccount(ctx, system, { username, password, roles: [adminRole, memberRole] })
  } catch (error) {
    // another instance that starts at the same time was faster and prints its password
    if (error instanceof UsernameTaken) return undefined
    throw error
  }
  return { username, password }
}
