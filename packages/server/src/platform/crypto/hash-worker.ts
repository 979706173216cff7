import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { hashSync, verifySync } from '@node-rs/argon2'
import type { HashAnswer, HashTask } from './hash-task.ts'

/** The package's `Algorithm.Argon2id`: a const enum, which has no value at run time. */
const argon2id = 2
const ownPrefix = '$argon2id$'

/** zxcvbn's time grows at least with the square of the length; the rest makes a password no weaker. */
const scoredCharacters = 64

// On Linux each thread has its own priority, and process id 0 means the calling thread.
if (isLowered(workerData)) setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)

parentPort?.on('message', (task: HashTask) => {
  void answer(task).then((result) => parentPort?.postMessage(result))
})

async function answer(task: HashTask): Promise<HashAnswer> {
  try {
    return { value: await perform(task) }
  } catch (error) {
    // The message is logged; argon2's describes a problem with the hash, and never contains the password.
    return { failed: error instanceof Error ? error.message : 'unknown' }
  }
}

async function perform(task: HashTask): Promise<string | number | boolean> {
  switch (task.kind) {
    case 'hash':
      return hashSync(task.password, {
        algorithm: argon2id,
        memoryCost: task.parameters.memoryKiB,
        timeCost: task.parameters.passes,
        parallelism: task.parameters.parallelism,
      })
    case 'verify':
      if (task.hash.startsWith(ownPrefix)) return verifySync(task.hash, task.password)
      // most threads never need this
      return (await import('./foreign/verify.ts')).verifyForeign(task.hash, task.password)
    case 'score':
      return (await import('./password-score.ts')).scorePassword(
        [...task.password].slice(0, scoredCharacters).join(''),
        task.context,
      )
  }
}

function isLowered(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'lowerPriority' in data && data.lowerPriority === true
}
