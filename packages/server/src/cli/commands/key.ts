import { type Command, Option } from 'commander'
import { listKeys, resealKeys, rotateKeys } from '../../capabilities/keys/index.ts'
import { showKey } from '../../capabilities/keys-api/index.ts'
import type { KeyUse } from '../../instance.ts'
import { databaseCommand } from '../command.ts'
import { table, when } from '../lists.ts'
import type { Terminal } from '../terminal.ts'

interface RotateOptions {
  use: KeyUse
  emergency?: boolean
}

/** `gatehouse key …` */
export function define(key: Command, terminal: Terminal): void {
  databaseCommand(key.command('list').description('list keys, newest first'), terminal, async (ctx) => {
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
    .addOption(new Option('--use <use>', 'which keys to rotate').choices(['token', 'feed']).default('token'))
    .option(
      '--emergency',
      'drop the current keys at once, because one may have leaked; every token they signed becomes invalid',
    )
  databaseCommand(rotate, terminal, async (ctx, { use, emergency }: RotateOptions) => {
    const next = await rotateKeys(ctx, { use, emergency: emergency === true })
    return { json: showKey(next), text: `${next.kid} (${next.alg}) signs from ${when(next.signsFrom)}` }
  })

  const reseal = key
    .command('reseal')
    .description('re-encrypt private keys under GATEHOUSE_SECRET; needs GATEHOUSE_SECRET_OLD')
  databaseCommand(reseal, terminal, async (ctx) => {
    const resealed = await resealKeys(ctx)
    return {
      json: { resealed },
      text: `${resealed} keys resealed; GATEHOUSE_SECRET_OLD is no longer needed`,
    }
  })
}
