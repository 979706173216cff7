import type { Context } from '../../context.ts'
import type { DataSubject, PersonalDataPart } from '../../personal-data.ts'

const about =
  'Everything that this server holds about one person. Each part describes its records. Times are in UTC (ISO 8601).'

/** Writes an export as JSON. Each piece ends a line, so that the pieces may be printed as lines. */
export async function* writeExport(ctx: Context, subject: DataSubject): AsyncGenerator<string> {
  const personalData = await ctx.instance.personalData()
  const head = {
    issuer: ctx.config.issuer,
    user_id: subject.id,
    exported_at: new Date(ctx.clock.now()).toISOString(),
    description: about,
    withheld: personalData.flatMap(({ withheld = {} }) =>
      Object.entries(withheld).map(([name, reason]) => ({ name, reason })),
    ),
  }
  yield `${JSON.stringify(head).slice(0, -1)},"parts":[\n`
  let separator = ''
  for (const part of personalData.flatMap(({ parts = [] }) => parts)) {
    yield separator
    yield* writePart(ctx, subject, part)
    separator = ',\n'
  }
  yield '\n]}\n'
}

async function* writePart(
  ctx: Context,
  subject: DataSubject,
  { name, description, records }: PersonalDataPart<Context>,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ name, description }).slice(0, -1)},"records":[`
  let separator = '\n'
  for await (const each of records(ctx, subject)) {
    yield `${separator}${JSON.stringify(each)}`
    separator = ',\n'
  }
  yield ']}'
}
