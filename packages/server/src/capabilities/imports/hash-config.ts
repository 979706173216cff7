import { readFile } from 'node:fs/promises'
import { type FirebaseParameters, readFirebaseParameters } from '../../platform/crypto/foreign/firebase.ts'
import { ImportFileUnreadable } from './errors.ts'

/**
 * Reads the password hash parameters of a Firebase project, as its console shows them.
 *
 * @throws ImportFileUnreadable (`import_file_unreadable`)
 */
export async function readImportHashConfig(path: string): Promise<FirebaseParameters> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const parameters = readFirebaseParameters(text.slice(0, 10_000))
  if (parameters !== undefined) return parameters
  throw new ImportFileUnreadable(
    `${path} must contain the password hash parameters of the project, as the Firebase console shows them.`,
  )
}
