import type { Context } from '../../context.ts'
import { type Grant, kindOfGrant } from '../../grant.ts'
import type { GrantRegistry, GrantSource } from '../../instance.ts'

/** The kinds of grants that an instance knows. Tokens of any other kind are refused. */
export function createGrantRegistry(sources: readonly GrantSource<Context>[]): GrantRegistry<Context> {
  const byKind = new Map<string, GrantSource<Context>>(sources.map((source) => [source.kind, source]))
  return { sourceOf: (id) => byKind.get(kindOfGrant(id) ?? '') }
}

/** The grant with this id, if it is one of `subject` and still good; asks the database. */
export async function findGrant(ctx: Context, id: string, subject: string): Promise<Grant | undefined> {
  const grant = await ctx.instance.grants.sourceOf(id)?.find(ctx, id, subject)
  return grant?.id === id && grant.subject === subject ? grant : undefined
}

export async function isGrantGood(ctx: Context, id: string, subject: string): Promise<boolean> {
  return (await findGrant(ctx, id, subject)) !== undefined
}
