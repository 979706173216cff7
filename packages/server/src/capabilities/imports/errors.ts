import { DomainError } from '../../platform/errors.ts'

/** The file to import cannot be read as what it is said to be. */
export class ImportFileUnreadable extends DomainError {
  readonly code = 'import_file_unreadable'
  readonly title = 'Import file unreadable'

  constructor(detail: string) {
    super({ detail })
  }
}

/** An earlier run got somewhere with another file or other options, or another process imports the file now. */
export class ImportConflict extends DomainError {
  readonly code = 'import_conflict'
  readonly title = 'Import conflict'

  constructor(detail: string) {
    super({ detail })
  }
}
