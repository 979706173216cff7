import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/** Values as a table to join with: one parameter, however many rows. Columns are texts, or whole numbers. */
export function rowsOf<Columns extends Readonly<Record<string, 'text' | 'bigint'>>>(
  db: Executor,
  rows: readonly { readonly [C in keyof Columns]: string | number | null }[],
  columns: Columns,
): RawBuilder<{ [C in keyof Columns]: string | number | null }> {
  const json = JSON.stringify(rows)
  const entries = Object.entries(columns)
  if (dialectOf(db) === 'postgres') {
    const described = sql.join(entries.map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`))
    return sql`(select * from jsonb_to_recordset(${json}::jsonb) as given(${described}))`
  }
  const picked = sql.join(
    entries.map(([name]) => sql`json_extract(value, ${sql.lit(`$.${name}`)}) as ${sql.ref(name)}`),
  )
  return sql`(select ${picked} from json_each(${json}))`
}
