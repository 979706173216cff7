import { type Command, Option } from 'commander'
import type { CommandTools } from '../../cli/command.ts'
import { table, when } from '../../cli/lists.ts'
import type { KeyUse } from '../../instance.ts'
import { resealFactors } from '../factors/index.ts'
import { listKeys, resealKeys, rotateKeys } from '../keys/index.ts'
import { showKey } from './shapes.ts'

interface RotateOptions {
  use: KeyUse
  emergency?: boolean
}

/** `gatehouse key …` */
export function define(key: Command, { databaseCommand }: CommandTools): void {
  databaseCommand(key.command('list').description('list keys, newest first'), async (ctx) => {
    const keys = await listKeys(ctx)
    const rows = keys.map((each) => [
      each.use,
      each.alg,
      each.state,
      when(each.signsFrom),
      when(each.publishedUntil),
      each.kid,
    ])
    return {
      json: { keys: keys.map(showKey) },
      text: table(['USE', 'ALG', 'STATE', 'SIGNS FROM', 'PUBLISHED UNTIL', 'KID'], rows),
    }
  })

  const rotate = key
    .command('rotate')
    .description('rotate to a new key; the old one stays published until its last token has expired')
    .addOption(
      new Option('--use <use>', 'which keys to rotate').choices(['token', 'feed', 'audit']).default('token'),
    )
    .option(
      '--emergency',
      'drop the current keys at once, because one may have leaked; every token they signed becomes invalid',
    )
  databaseCommand(rotate, async (ctx, { use, emergency }: RotateOptions) => {
    const next = await rotateKeys(ctx, { use, emergency: emergency === true })
    return { json: showKey(next), text: `${next.kid} (${next.alg}) signs from ${when(next.signsFrom)}` }
  })

  const reseal = key
    .command('reseal')
    .description(
      're-encrypt private keys and the secrets of authenticator apps under GATEHOUSE_SECRET; needs GATEHOUSE_SECRET_OLD',
    )
  databaseCommand(reseal, async (ctx) => {
    const factors = await resealFactors(ctx)
    const resealed = await resealKeys(ctx)
    return {
      json: { resealed, factors },
      text: `${resealed} keys and the secrets of ${factors} authenticator apps resealed; GATEHOUSE_SECRET_OLD is no longer needed`,
    }
  })
}
