import { DomainError } from '../../platform/errors.ts'

export class KeyNotFound extends DomainError {
  readonly code = 'key_not_found'
  readonly title = 'Key not found'

  constructor() {
    super({ detail: 'There is no published key with this kid.' })
  }
}

/** Dropping the key would leave nothing to sign with. */
export class KeyInUse extends DomainError {
  readonly code = 'key_in_use'
  readonly title = 'Key in use'

  constructor() {
    super({
      detail: 'This key signs, or is about to. Rotate it; with `emergency`, that drops it at once.',
    })
  }
}
