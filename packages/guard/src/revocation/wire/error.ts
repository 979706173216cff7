/** A part of the feed that cannot be trusted or understood. Whoever follows the feed starts over, and says so. */
export class FeedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FeedError'
  }
}
