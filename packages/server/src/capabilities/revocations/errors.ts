import { Problem } from '../../platform/errors.ts'

/** The revocation feed has as many connections as it can serve, in all or from one address. */
export class TooManyListeners extends Problem {
  readonly code = 'too_many_listeners'
  readonly status = 503
  readonly title = 'Service unavailable'

  constructor() {
    super({
      detail: 'Too many feed connections. Poll the feed, or try again.',
      headers: { 'Retry-After': '5' },
    })
  }
}

/** The feed has not been read from the database yet, or not for a long time. */
export class FeedUnavailable extends Problem {
  readonly code = 'feed_unavailable'
  readonly status = 503
  readonly title = 'Service unavailable'

  constructor() {
    super({
      detail: 'The revocation feed cannot be served right now. Try again.',
      headers: { 'Retry-After': '1' },
    })
  }
}
