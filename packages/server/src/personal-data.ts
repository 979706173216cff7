/** The person whom data is about. */
export interface DataSubject {
  /** The account's id. */
  readonly id: string
  readonly email: string | null
  /** The address as it is compared. */
  readonly emailKey: string | null
}

/** A record of an export: JSON, its fields in snake_case, its times in ISO 8601. */
export type PersonalRecord = Readonly<Record<string, unknown>>

/** What one capability holds about a person. `C` is the context. */
export interface PersonalDataPart<C> {
  /** The part's name in an export. */
  readonly name: string
  /** What the records are, for the person whom they are about. */
  readonly description: string
  /** The tables that the records come from. */
  readonly tables: readonly string[]
  /** The records, read a page at a time; never a password's hash, a token or its digest. */
  records(ctx: C, subject: DataSubject): AsyncIterable<PersonalRecord>
}

/** Everything that one capability holds about people. */
export interface PersonalData<C> {
  readonly parts?: readonly PersonalDataPart<C>[]
  /** Tables that have rows of people and are not exported, each with the reason, which the export tells. */
  readonly withheld?: Readonly<Record<string, string>>
  /**
   * Erases what does not go with the row of `users` by itself, in the transaction that `ctx` is. Runs before that row is
   * deleted.
   */
  erase?(ctx: C, subject: DataSubject): Promise<void>
}

/** Rows that are in memory at once while an export is written. */
export const exportPage = 200

/** Reads rows in the order of a key, a page at a time, so that a long list never is in memory as a whole. */
export async function* inPages<Row>(
  read: (after: string, limit: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<Row> {
  let after = ''
  for (;;) {
    const rows = await read(after, exportPage)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < exportPage) return
    after = keyOf(last)
  }
}

/** A time as an export has it. */
export const isoTime = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString()
