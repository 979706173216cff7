import type { Context } from '../../platform/context.ts'
import { sequence } from '../revocations/index.ts'
import { type HolderView, viewHolder } from './holder-store.ts'

/** Whom a token is for: what it tells of them, and the feed's place from which on a change makes it bad. */
export type Holder = Omit<HolderView, 'ahead'>

/**
 * Looks up what a token tells. A revocation with a higher place makes the token bad, and one with a lower place is known
 * to what was looked up: so what is in view without a place is given one first, else the token would be older than a
 * change that it already reflects.
 */
export async function lookUpHolder(ctx: Context, userId: string): Promise<Holder> {
  const view = await viewHolder(ctx.db, userId)
  if (!view.ahead) return view
  await sequence(ctx)
  return viewHolder(ctx.db, userId)
}
