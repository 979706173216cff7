import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { shellWord } from './shell.ts'

/** The file that holds the secret made at first start; its drafts are named after it. */
export const secretFile = 'secret'

/** The files of a server cannot be kept from other users of the machine; the message says what to do. */
export class ExposedFiles extends Error {
  override readonly name = 'ExposedFiles'
}

/** A file that other users of the machine could read, and the mode that it had. */
export interface NarrowedFile {
  readonly file: string
  /** Octal, as `chmod` takes it: `0644`. */
  readonly mode: string
}

const forOthers = 0o077
const writableByOthers = 0o022
const mine = 0o600
const root = 0

/** Windows has no modes: a folder in the user's own profile is private there. */
const hasModes = process.platform !== 'win32'

/**
 * Refuses a folder in which another user of the machine could replace files, the sticky bit or not.
 *
 * @throws ExposedFiles that names the command to run
 */
export function requirePrivateFolder(folder: string): void {
  if (!hasModes) return
  const { mode } = statSync(folder)
  if ((mode & writableByOthers) === 0) return
  throw new ExposedFiles(
    `Other users of this machine may write to ${folder} (mode ${octal(mode)}). ` +
      `Check what is in it, then run: chmod go-w ${shellWord(folder)} (or name a folder that does not exist yet)`,
  )
}

/**
 * Makes a SQLite file and all that lies beside it (its log and index, the secret, copies) readable and writable by their
 * owner alone, before SQLite opens it. A new file never has another mode; SQLite gives its log and index the file's own.
 * Returns the files that were wider.
 *
 * Existing files are never opened here: closing one would release the locks that SQLite holds on it in this process.
 *
 * @throws ExposedFiles when that is impossible
 */
export function protectDatabase(path: string): NarrowedFile[] {
  if (!hasModes || path === ':memory:') return []
  requirePrivateFolder(dirname(path))
  create(path)
  const file = resolved(path)
  requireOwnLink(path, statSync(file))
  // SQLite keeps its log and index beside the file that a symbolic link leads to
  if (dirname(file) !== realpathSync(dirname(path))) requirePrivateFolder(dirname(file))
  const files = [...filesNamed(dirname(file), basename(file)), ...filesNamed(dirname(path), secretFile)]
  return files.map(narrow).filter((each) => each !== undefined)
}

function create(path: string): void {
  try {
    // `wx` follows no symbolic link and opens no file that exists
    closeSync(openSync(path, 'wx', mine))
    chmodSync(path, mine)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function resolved(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    throw new ExposedFiles(`${path} is a symbolic link that leads nowhere. Create its target, or remove it.`)
  }
}

/** The file of this name, and those whose names go on from it: `gatehouse.db-wal`, `gatehouse.db.bak`. */
function filesNamed(folder: string, name: string): string[] {
  return readdirSync(folder)
    .filter((each) => each === name || each.startsWith(`${name}-`) || each.startsWith(`${name}.`))
    .map((each) => join(folder, each))
}

function narrow(file: string): NarrowedFile | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  // SQLite removes its log and index when the last process that has the file open ends
  if (found === undefined || !found.isFile()) return undefined
  requireOwnLink(file, found)
  requireTrustedOwner(file, found)
  const { mode } = found
  if ((mode & forOthers) === 0) return undefined
  try {
    chmodSync(file, mode & mine)
    if ((statSync(file).mode & forOthers) === 0) return { file, mode: octal(mode) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'EROFS') throw error
  }
  throw new ExposedFiles(
    `Other users of this machine may read ${file} (mode ${octal(mode)}), and its mode cannot be changed. ` +
      'Choose a folder of your own on a file system that keeps modes.',
  )
}

/** Refuses a file that another user may have put there while the folder was open to them. */
function requireTrustedOwner(file: string, { uid }: Stats): void {
  if (![root, process.geteuid?.(), statSync(dirname(file)).uid].includes(uid)) throw foreign(file, uid)
}

/** Refuses another user's symbolic link to a file that is not theirs: root would change that file for them. */
function requireOwnLink(file: string, target: Stats): void {
  const link = lstatSync(file, { throwIfNoEntry: false })
  if (link?.isSymbolicLink() && link.uid !== root && link.uid !== target.uid) throw foreign(file, link.uid)
}

const foreign = (file: string, uid: number): ExposedFiles =>
  new ExposedFiles(
    `${file} belongs to another user (${uid}). Check what it is, then change its owner or remove it.`,
  )

const octal = (mode: number): string => `0${(mode & 0o777).toString(8).padStart(3, '0')}`

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
