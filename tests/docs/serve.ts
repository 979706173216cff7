import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../packages/server/src/testing/process.ts'

export interface Served {
  readonly url: string
  get(path: string, token?: string, scheme?: string): Promise<{ status: number; body: unknown }>
  close(): Promise<void>
}

/** Runs a program that listens on PORT, or on a port of its own, and waits until it does. */
export async function serve(
  file: string,
  env: Readonly<Record<string, string>>,
  own?: number,
): Promise<Served> {
  const port = own ?? (await freePort())
  const program = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  program.stderr.on('data', (text: Buffer) => {
    complaints += text.toString()
  })
  const url = `http://127.0.0.1:${port}`
  const get: Served['get'] = async (path, token, scheme = 'Bearer') => {
    const headers = token === undefined ? {} : { authorization: `${scheme} ${token}` }
    const response = await fetch(url + path, { headers })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
  while (!(await answers(url))) {
    if (program.exitCode !== null) throw new Error(`The program ended: ${complaints}`)
    await pause(20)
  }
  return {
    url,
    get,
    async close() {
      if (program.exitCode !== null) return
      const ended = once(program, 'exit')
      program.kill('SIGKILL')
      await ended
    },
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )
