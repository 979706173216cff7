import { DomainError } from '../../platform/errors.ts'

/** The revocation feed has as many connections as it can serve, in all or from one address. */
export class TooManyListeners extends DomainError {
  readonly code = 'too_many_listeners'
  readonly title = 'Service unavailable'

  constructor() {
    super({
      detail: 'Too many feed connections. Poll the feed, or try again.',
      retryAfterMs: 5_000,
    })
  }
}

/** The feed has not been read from the database yet, or not for a long time. */
export class FeedUnavailable extends DomainError {
  readonly code = 'feed_unavailable'
  readonly title = 'Service unavailable'

  constructor() {
    super({
      detail: 'The revocation feed cannot be served right now. Try again.',
      retryAfterMs: 1_000,
    })
  }
}
