/** A checkpoint of the audit log that no key of this server has signed. */
export class CheckpointInvalid extends Error {
  readonly code = 'checkpoint_invalid'

  constructor() {
    super('The checkpoint was not signed by an audit key of this server.')
    this.name = 'CheckpointInvalid'
  }
}
