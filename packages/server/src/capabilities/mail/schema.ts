/** What became of a message. `kept` is for the mailbox of a developer's machine, where nothing is sent. */
export const mailStatuses = ['queued', 'sent', 'failed', 'kept'] as const

export type MailStatus = (typeof mailStatuses)[number]

/** A row of `outbox`: a message to one recipient. Times are milliseconds since the epoch. */
export interface OutboxTable {
  /** A UUIDv7; the Message-ID of every attempt is made of it. */
  id: string
  /** Which message of the catalogue. */
  message: string
  /** The language that it is written in. */
  locale: string
  /** The address, as given. */
  recipient: string
  /** The account that it is about, if any; the message goes with it. */
  user_id: string | null
  /** JSON, sealed: links and codes are secrets. Null once the message is sent. */
  values_sealed: string | null
  status: MailStatus
  /** How often sending began. */
  attempts: number
  /** When to try next, by the clock of the instance that tried last. */
  due_at: number
  /** Who sends it at this moment. */
  lease: string | null
  /** Until when nobody else may try, by the database's clock. */
  leased_until: number
  /** Why the last attempt failed; never a part of the message. */
  reason: string | null
  created_at: number
  /** When it was sent, kept or given up. */
  done_at: number | null
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    outbox: OutboxTable
  }
}
