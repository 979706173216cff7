import type { Compilable, CompiledQuery } from 'kysely'
import { type DialectName, dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

type Value = string | number | boolean | null

/** A placeholder for a value until the query is executed. */
class Parameter {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

const names = new Map<string, string>()

/** The name of a prepared query's statement; undefined for any other text. */
export const statementName = (sql: string): string | undefined => names.get(sql)

/**
 * A query that is built once for each kind of database, and executed with different values: building a query takes longer
 * than sending it, and planning it takes longer than running it. For the few queries that run with nearly every request.
 * They list their columns, since PostgreSQL rejects a prepared statement whose result columns change.
 *
 * @example
 * const named = prepared(({ id }: { id: string }, db) => selectUser(db, id).select('username'))
 * const [user] = await named(db, { id: '0198…' })
 */
export function prepared<Values extends Readonly<Record<string, Value>>, Row>(
  build: (values: Values, db: Executor) => Compilable<Row>,
): (db: Executor, values: Values) => Promise<Row[]> {
  const compiled = new Map<DialectName, CompiledQuery<Row>>()
  // each value that is read while the query is built becomes a parameter of that name
  const places = new Proxy({} as Values, {
    get: (_, name) => new Parameter(String(name)),
    ownKeys: () => {
      throw new TypeError('The values of a prepared query are not known yet: name each of them.')
    },
  })
  return async (db, values) => {
    const dialect = dialectOf(db)
    let query = compiled.get(dialect)
    if (query === undefined) {
      query = build(places, db).compile()
      compiled.set(dialect, query)
      if (!names.has(query.sql)) names.set(query.sql, `gatehouse_${names.size + 1}`)
    }
    const parameters = query.parameters.map((each) => (each instanceof Parameter ? values[each.name] : each))
    const { rows } = await db.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}
