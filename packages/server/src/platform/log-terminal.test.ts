import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const log = new URL('./log.ts', import.meta.url).href

/** What a process prints that logs one thing. */
function printed(terminal: boolean): string {
  const program = `const { createLogger } = await import('${log}')
    const log = await createLogger('info', ${terminal})
    log.info({ url: 'http://localhost', password: 'hunter2' }, 'listening')`
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).stdout
}

test('on a terminal, a line is for people, and says the same; piped, it is JSON', () => {
  const [line, ...more] = printed(true).trimEnd().split('\n')
  expect(more).toEqual([])
  expect(line).toMatch(/^\[\d\d:\d\d:\d\d\].*INFO.*listening.*http:\/\/localhost/)
  expect(line).not.toContain('hunter2')
  expect(JSON.parse(printed(false))).toMatchObject({ msg: 'listening', url: 'http://localhost' })
})
