/** The text of one message. `{name}` and the like are filled in; a paragraph whose value is missing is left out. */
export interface MessageText {
  readonly subject: string
  readonly heading: string
  /** Before the button, the code and the facts. */
  readonly before: readonly string[]
  /** After those, where there is a button. */
  readonly withButton?: readonly string[]
  readonly button?: string
  /** After them. */
  readonly after: readonly string[]
}

/** The messages, by key. */
export type MessageTexts = Readonly<
  Record<
    | 'verify-email'
    | 'change-email'
    | 'email-changed'
    | 'reset-password'
    | 'password-changed'
    | 'sign-in-by-email'
    | 'invitation'
    | 'factors-removed'
    | 'squatter-removed'
    | 'account-deletion'
    | 'account-deleted'
    | 'new-device'
    | 'too-many-codes',
    MessageText
  >
>

/** What all messages share. */
export interface FrameTexts {
  readonly greeting: string
  /** To somebody whose name is not known. */
  readonly greetingOnly: string
  /** Above the digits. */
  readonly code: string
  readonly expires: string
  readonly expiresWithCode: string
  /** Above the address that the button leads to. */
  readonly linkByHand: string
  readonly footer: string
}

/** The labels of facts: `Device: Firefox on Windows`. */
export interface FactTexts {
  readonly at: string
  readonly device: string
  readonly address: string
}

/** What can be removed from an account, as a part of a list. */
export interface RemovedTexts {
  readonly password: string
  readonly sessions: string
  readonly totp: string
  readonly passkeys: string
  readonly recovery_codes: string
  readonly identities: string
}

/** Everything that mail says, in one language. */
export interface MailTexts {
  readonly frame: FrameTexts
  readonly facts: FactTexts
  readonly removed: RemovedTexts
  readonly messages: MessageTexts
}
