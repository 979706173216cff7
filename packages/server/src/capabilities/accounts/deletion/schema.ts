/** A row of `deletions`: an account that is to be erased. Times are milliseconds since the epoch. */
export interface DeletionsTable {
  user_id: string
  requested_at: number
  /** Only what the owner asked for, the owner may take back. */
  requested_by: 'owner' | 'administrator'
  due_at: number
}

/** A row of `erasures`: the id of an account that is gone, until what was still on its way about it is erased, too. */
export interface ErasuresTable {
  id: string
  erased_at: number
}

declare module '../../../platform/db/tables.ts' {
  interface Tables {
    deletions: DeletionsTable
    erasures: ErasuresTable
  }
}
