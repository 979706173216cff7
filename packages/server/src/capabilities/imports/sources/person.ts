import type { FirebaseParameters } from '../../../platform/crypto/foreign/firebase.ts'

/** A user as an export tells of them; checked field by field, but not yet against what is in the database. */
export interface Person {
  readonly kind: 'person'
  /** The id that they had. */
  readonly foreignId: string
  /** The name that they signed in with, if it was none of theirs that is an address. */
  readonly username: string | undefined
  readonly email: string | undefined
  readonly emailVerified: boolean
  /** In the form in which hashes are stored. */
  readonly hash: string | undefined
  readonly roles: readonly string[]
  readonly disabled: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined
  readonly displayName: string | undefined
  readonly picture: string | undefined
  readonly locale: string | undefined
}

/** A password that stands apart from its user. */
export interface LatePassword {
  readonly kind: 'password'
  readonly foreignId: string
  readonly hash: string
}

/** What a source may need to know beside the record. */
export interface SourceOptions {
  readonly firebase?: FirebaseParameters | undefined
  /** Whether addresses count as verified where the export does not say. */
  readonly assumeVerified: boolean
}

/** A product that users come from. */
export interface Source {
  /** The lists of a file that are read, one after the other; all in one pass without it. */
  readonly passes?: readonly string[]
  /** Role names of the product's own, and what they are here; null for nothing. */
  readonly roles?: Readonly<Record<string, string | null>>
  /** Makes a reader for one run. It gives undefined for what is no user. @throws FieldFault */
  reader(options: SourceOptions): (value: unknown, list: string) => Person | LatePassword | undefined
}

/** A person of these fields; what is missing is absent. */
export function person(
  foreignId: string | undefined,
  fields: Partial<Omit<Person, 'kind' | 'foreignId'>>,
): Person {
  return {
    kind: 'person',
    foreignId: foreignId ?? '',
    username: undefined,
    email: undefined,
    emailVerified: false,
    hash: undefined,
    roles: [],
    disabled: false,
    createdAt: undefined,
    displayName: undefined,
    picture: undefined,
    locale: undefined,
    ...fields,
  }
}
