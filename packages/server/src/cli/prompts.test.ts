import { expect, it } from 'vitest'
import { UsageError } from './failure.ts'
import { newPassword } from './prompts.ts'
import type { Terminal } from './terminal.ts'

const silent: Terminal = {
  environment: {},
  interactive: true,
  print: () => undefined,
  note: () => undefined,
  readAll: async () => '',
  ask: async () => undefined,
  askSecret: async () => undefined,
}

/** A person who gives these answers, one after the other. */
function person(...answers: string[]): Terminal {
  return { ...silent, askSecret: async () => answers.shift() }
}

it('is what a person types twice', async () => {
  expect(await newPassword(person('a b c', 'a b c'), false)).toBe('a b c')
  await expect(newPassword(person('a b c', 'a b d'), false)).rejects.toThrow(UsageError)
})

it('is everything on standard input but the end of the line', async () => {
  const piped = (text: string): Promise<string> => newPassword({ ...silent, readAll: async () => text }, true)
  expect(await piped(' a b \n')).toBe(' a b ')
  expect(await piped('a\nb\r\n')).toBe('a\nb')
  await expect(piped('\n')).rejects.toThrow(UsageError)
})

it('is asked for nobody', async () => {
  await expect(newPassword(silent, false)).rejects.toThrow(/--password-stdin/)
})
