import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandTools, Result } from '../../cli/command.ts'
import { progressLine } from '../../cli/progress.ts'
import { roleName } from '../roles/index.ts'
import { type FileFormat, fileFormats } from './files/open.ts'
import { readImportHashConfig } from './hash-config.ts'
import type { ImportOptions } from './options.ts'
import { type ImportProgress, type ImportResult, importUsers, type Refusal, refusalsOf } from './service.ts'
import { type SourceName, sourceNames } from './sources/index.ts'

interface Flags {
  from: SourceName
  format?: FileFormat
  dryRun?: boolean
  createRoles?: boolean
  grantPower?: boolean
  mapRole: Map<string, string | null>
  rename?: boolean
  assumeVerified?: boolean
  hashConfig?: string
  report?: string
  restart?: boolean
}

/** Refusals that the result itself lists. */
const most = { text: 10, json: 1_000 } as const

/** `gatehouse import FILE` */
export function define(command: Command, { databaseCommand, terminal }: CommandTools): void {
  command
    .argument('<file>', 'the export of the users')
    .addOption(
      new Option('--from <product>', 'where it comes from; `flask` is a users table of your own')
        .choices(sourceNames)
        .default('flask'),
    )
    .addOption(
      new Option('--format <format>', 'default: by the file’s name and beginning').choices(fileFormats),
    )
    .option('--dry-run', 'check everything, change nothing')
    .option('--report <file>', 'write every refusal to a file, as JSON lines')
    .option('--create-roles', 'create roles that do not exist, without permissions')
    .option(
      '--map-role <old=new>',
      'what a role of the file is here; `old=` for nothing; repeatable',
      readMapping,
      new Map(),
    )
    .option('--grant-power', 'also grant roles that have permissions of this server, such as admin')
    .option('--rename', 'give another username to users whose own breaks the rules, instead of refusing them')
    .option('--assume-verified', 'take e-mail addresses for verified where the file does not say')
    .option('--hash-config <file>', 'password hash parameters of the Firebase project')
    .option('--restart', 'forget how far an earlier run of this file came; imported users stay')
    .addHelpText(
      'after',
      '\nInterrupted? Run the same command again: it goes on where it stopped. Exit code 1 also means that users were refused.',
    )
  databaseCommand(command, async (ctx, path: string, flags: Flags) => {
    const options = await optionsOf(flags)
    const report = flags.report === undefined ? undefined : openReport(flags.report)
    const refusals: Refusal[] = []
    const keep = (refusal: Refusal): void => {
      if (refusals.length < most.json) refusals.push(refusal)
      report?.add(refusal)
    }
    const result = await importUsers(ctx, path, options, {
      onProgress: progressOn(terminal),
      ...(options.dryRun ? { onRefusal: keep } : {}),
    }).finally(() => terminal.status?.(''))
    // what was refused is kept with the import, also by runs that did not come to their end
    if (!options.dryRun) for await (const refusal of refusalsOf(ctx, result.digest)) keep(refusal)
    await report?.close()
    return shown(result, options, refusals)
  })
}

async function optionsOf(flags: Flags): Promise<ImportOptions> {
  return {
    from: flags.from,
    format: flags.format,
    dryRun: flags.dryRun === true,
    createRoles: flags.createRoles === true,
    grantPower: flags.grantPower === true,
    mapRoles: flags.mapRole,
    rename: flags.rename === true,
    assumeVerified: flags.assumeVerified === true,
    firebase: flags.hashConfig === undefined ? undefined : await readImportHashConfig(flags.hashConfig),
    restart: flags.restart === true,
  }
}

function readMapping(text: string, before: Map<string, string | null>): Map<string, string | null> {
  const [, old, now] = /^([^=]+)=(.*)$/.exec(text) ?? []
  if (old === undefined || now === undefined || (now !== '' && !roleName.test(now))) {
    throw new InvalidArgumentError('It has the form old=new; new is the name of a role, or nothing.')
  }
  return new Map([...before, [old, now === '' ? null : now]])
}

/** Shows the progress on a terminal. */
function progressOn(terminal: CommandTools['terminal']): (now: ImportProgress) => void {
  const begun = performance.now()
  let start: ImportProgress | undefined
  return (now) => {
    start ??= now
    const seconds = (performance.now() - begun) / 1000
    const refused = now.refused === 0 ? '' : `  ${now.refused} refused`
    const line = progressLine(now.share, {
      done: now.records - start.records,
      share: now.share - start.share,
      seconds,
    })
    terminal.status?.(`${line}${refused}`)
  }
}

/** A file of JSON lines that only its owner can read. */
function openReport(path: string): { add(refusal: Refusal): void; close(): Promise<void> } {
  const file = createWriteStream(path, { mode: 0o600 })
  return {
    add: (refusal) => void file.write(`${JSON.stringify(refusal)}\n`),
    async close() {
      file.end()
      await finished(file)
    },
  }
}

function shown(result: ImportResult, { dryRun }: ImportOptions, refusals: readonly Refusal[]): Result {
  const { imported, existing, refused, records, resumedAt, wasFinished } = result
  const json = {
    dry_run: dryRun,
    records,
    imported,
    existing,
    refused,
    resumed_at: resumedAt,
    was_finished: wasFinished,
    refusals: refusals.slice(0, most.json),
  }
  const count = (number: number): string => number.toLocaleString('en')
  const lines = [
    ...(wasFinished ? ['This file was imported before; nothing was changed.'] : []),
    ...(resumedAt > 0 && !wasFinished ? [`Went on after record ${count(resumedAt)}.`] : []),
    `${dryRun ? 'Would import' : 'Imported'}: ${count(imported)}. Here already: ${count(existing)}. Refused: ${count(refused)}.`,
    ...refusals.slice(0, most.text).map(({ line, field, detail }) => `  line ${line}, ${field}: ${detail}`),
    ...(refused > most.text ? ['  … --report <file> writes all of them.'] : []),
  ]
  return { json, text: lines.join('\n'), failed: refused > 0 }
}
