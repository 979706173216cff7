/** Something that can be removed from an account, as messages list it. */
export type Removed = 'password' | 'sessions' | 'totp' | 'passkeys' | 'recovery_codes' | 'identities'

/** A message that leads to a page, where its reader confirms something. */
interface Action {
  /** Made by `pageLink`. */
  readonly link: string
  /** The same by hand: digits to type where the request was made. */
  readonly code?: string | undefined
  /** How long the link and the code are good for, in milliseconds. */
  readonly expiresInMs: number
  /** What to call the reader: a username or a display name. */
  readonly name?: string | undefined
}

/** A message about something that happened. */
interface Notice {
  readonly name?: string | undefined
  /** When it happened; milliseconds since the epoch. */
  readonly at?: number | undefined
  /** What it was done with: `Firefox on Windows`. */
  readonly device?: string | undefined
  /** The network address that it was done from. */
  readonly address?: string | undefined
}

/** Every message that the server sends, and what it says besides its text. */
export interface MessageValues {
  /** To a new address: is it yours? */
  'verify-email': Action
  /** To the address that an account is to have from now on. */
  'change-email': Action
  /** To the address that an account had until now. A link undoes it; `email` is the new address, if there is one. */
  'email-changed': Partial<Action> & Notice & { readonly email?: string | undefined }
  'reset-password': Action
  'password-changed': Notice
  'sign-in-by-email': Action
  /** `inviter` is the name of who invites. */
  invitation: Action & { readonly inviter?: string | undefined }
  /** Somebody else, an administrator, removed an account's factors. */
  'factors-removed': Notice & { readonly removed: readonly Removed[] }
  /** The owner proved the address; whatever was set up before that is gone. */
  'squatter-removed': Notice & { readonly removed: readonly Removed[] }
  /** An account is about to be deleted, at `deletedAt`; the link keeps it. */
  'account-deletion': Notice & { readonly deletedAt: number; readonly link?: string | undefined }
  /** An account is deleted. Queue it without `userId`: what belongs to the account goes with it. */
  'account-deleted': Notice
  'new-device': Notice
  /** Somebody tried wrong codes until the challenge was used up. */
  'too-many-codes': Notice
}

export type MessageKey = keyof MessageValues

/** Messages that only tell, by key. Where no mail server is configured, they are left out; others are refused. */
const onlyTells: Readonly<Record<MessageKey, boolean>> = {
  'verify-email': false,
  'change-email': false,
  'email-changed': true,
  'reset-password': false,
  'password-changed': true,
  'sign-in-by-email': false,
  invitation: false,
  'factors-removed': true,
  'squatter-removed': true,
  'account-deletion': true,
  'account-deleted': true,
  'new-device': true,
  'too-many-codes': true,
}

export const messageKeys = Object.keys(onlyTells) as readonly MessageKey[]

export const isNotice = (key: MessageKey): boolean => onlyTells[key]
