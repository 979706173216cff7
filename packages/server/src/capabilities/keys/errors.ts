import { Problem } from '../../platform/errors.ts'

export class KeyNotFound extends Problem {
  readonly code = 'key_not_found'
  readonly status = 404
  readonly title = 'Key not found'

  constructor() {
    super({ detail: 'There is no published key with this kid.' })
  }
}

/** Dropping the key would leave nothing to sign with. */
export class KeyInUse extends Problem {
  readonly code = 'key_in_use'
  readonly status = 409
  readonly title = 'Key in use'

  constructor() {
    super({
      detail: 'This key signs, or is about to. Rotate it; with `emergency`, that drops it at once.',
    })
  }
}
