import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../packages/server/src/testing/process.ts'
import { compile } from './compile.ts'
import { expectShown, patternOf, type Step, stepsOf } from './walkthrough.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/tutorial.md')

let folder = ''
const running = new Map<string, ChildProcess>()

beforeEach(async () => {
  // below the packages that the program imports, and outside of node_modules: there Node strips no types
  folder = await mkdtemp(join(root, 'tests/docs/tutorial-'))
})
afterEach(async () => {
  await Promise.all([...running.keys()].map(stop))
  await rm(folder, { recursive: true })
})

const environment = (): NodeJS.ProcessEnv => {
  const { DATABASE_URL: _, PORT: __, ...rest } = process.env
  return { ...rest, PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, NO_COLOR: '1' }
}

/** A terminal whose variables stay from one command to the next. */
function openShell(): (commands: string) => Promise<{ output: string; code: number }> {
  const shell = spawn('bash', { cwd: folder, env: environment(), stdio: ['pipe', 'pipe', 'inherit'] })
  running.set('shell', shell)
  let output = ''
  shell.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  // on a terminal curl shows no progress either
  shell.stdin.write('exec 2>&1; curl() { command curl -s "$@"; }\n')
  return async (commands) => {
    output = ''
    shell.stdin.write(`${commands}\nprintf '\\nfinished: %s\\n' $?\n`)
    const end = /\nfinished: (\d+)\n$/
    while (!end.test(output)) {
      if (shell.exitCode !== null) throw new Error(`The shell ended: ${output}`)
      await once(shell.stdout, 'data')
    }
    return { output: output.replace(end, ''), code: Number(end.exec(output)?.[1]) }
  }
}

/** Starts what a terminal of its own is for, and waits until it answers. */
async function start(name: string, commands: string, port: number, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('bash', ['-c', `exec ${commands}`], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.set(name, child)
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${commands} ended with ${child.exitCode}`)
    await pause(50)
  }
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://localhost:${port}/`).then(
    () => true,
    () => false,
  )

/** Ends it as Ctrl-C does: npx and all that it started get the signal. */
async function stop(name: string): Promise<void> {
  const child = running.get(name)
  running.delete(name)
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (name === 'shell') child.kill('SIGKILL')
  else process.kill(-child.pid, 'SIGINT')
  await ended
}

test('every file, command and output of the tutorial is as it says', async () => {
  const ports = { 3000: await freePort(), 4000: await freePort() }
  const onOurPorts = (text: string): string =>
    text.replaceAll(/\b[34]000\b/g, (port) => String(ports[port as '3000' | '4000']))
  const asWritten = (text: string): string =>
    text
      .replaceAll(String(ports[3000]), '3000')
      .replaceAll(String(ports[4000]), '4000')
      .replaceAll(`${relative(root, folder)}/`, '')
      .replaceAll('\r\n', '\n')
      .trimEnd()
  const type = openShell()

  const take = async (step: Step): Promise<void> => {
    if (step.kind === 'write') return writeFile(join(folder, step.file), onOurPorts(step.text))
    if (step.kind === 'edit') {
      const file = join(folder, step.file)
      const text = await readFile(file, 'utf8')
      expect(text.split(onOurPorts(step.before)), step.before).toHaveLength(2)
      return writeFile(
        file,
        text.replace(onOurPorts(step.before), () => onOurPorts(step.after)),
      )
    }
    const commands = onOurPorts(step.commands).trimEnd()
    // the folder is made here, in a place that the test removes
    if (step.terminal === 'clone') return
    if (step.terminal === 'api' || step.terminal === 'gatehouse') {
      const port = ports[step.terminal === 'api' ? 4000 : 3000]
      const issuer = { GATEHOUSE_ISSUER: `http://localhost:${ports[3000]}` }
      const env = step.terminal === 'api' ? { ...issuer, GATEHOUSE_AUDIENCE: 'api' } : { PORT: String(port) }
      return start(step.terminal, commands, port, { ...environment(), ...env, LOG_LEVEL: 'warn' })
    }
    if (step.terminal === 'stop') await Promise.all(['api', 'gatehouse'].map(stop))
    let { output, code } = await type(commands)
    // what takes effect "within a second" is asked for until it has
    while (step.terminal === 'soon' && !patternOf(step.output ?? '').test(asWritten(output))) {
      ;({ output, code } = await type(commands))
    }
    expect(code, output).toBe(step.terminal === 'fails' ? 1 : 0)
    if (step.output !== undefined) expectShown(page, step.output, asWritten(output))
  }
  for (const step of stepsOf(page)) await take(step)

  const code = await readFile(join(folder, 'app.ts'), 'utf8')
  const { remove } = await compile([{ heading: 'the tutorial', label: '', language: 'ts', code }])
  await remove()
}, 240_000)
