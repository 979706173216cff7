import { UsageError } from '../../cli/failure.ts'

/** There is no such session, token or key. */
export class SuspectNotFound extends UsageError {}
