import { spawn } from 'node:child_process'
import { existsSync, watch } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, readManifest } from '@gatehouse/guard/manifest'

/** An application that did not come as far as sealing its routes. */
export class NotSealed extends Error {
  override readonly name = 'NotSealed'
}

/**
 * Starts an application, waits until `guard.seal` has written its manifest, and ends it again.
 *
 * @param command the program and its arguments: `['npm', 'start']`
 * @param patience milliseconds to wait for the manifest
 * @throws NotSealed when the application ends first, or takes longer
 */
export async function manifestOf(command: readonly string[], patience = 60_000): Promise<Manifest> {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-routes-'))
  const file = join(directory, 'manifest.json')
  const [program = '', ...args] = command
  const application = spawn(program, args, {
    env: { ...process.env, GATEHOUSE_MANIFEST: file },
    // What it prints is for the person who waits; standard output is for the table alone.
    stdio: ['ignore', 2, 2],
    // A group of its own, so that what `npm start` started ends with it.
    detached: process.platform !== 'win32',
  })
  const settled = new AbortController()
  const ended = new Promise<never>((_, reject) => {
    application.once('error', (error) =>
      reject(new NotSealed(`${program} could not be started: ${error.message}`)),
    )
    application.once('exit', () =>
      reject(new NotSealed(`${command.join(' ')} ended before guard.seal wrote a manifest.`)),
    )
  })
  try {
    await Promise.race([
      ended,
      appearance(file, directory, AbortSignal.any([settled.signal, AbortSignal.timeout(patience)])),
    ])
    return await readManifest(file)
  } finally {
    settled.abort()
    end(application.pid)
    await rm(directory, { recursive: true, force: true })
  }
}

/** Settles once the file is there; what seals writes it whole, by renaming. */
function appearance(file: string, directory: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (existsSync(file)) resolve()
    }
    const watcher = watch(directory, { signal }, look)
    watcher.once('error', reject)
    signal.addEventListener('abort', () =>
      reject(new NotSealed('No manifest was written in time. Does the application call guard.seal(app)?')),
    )
    // It may have been there before the watching began.
    look()
  })
}

function end(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM')
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
