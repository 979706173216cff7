import { expect, it } from 'vitest'
import { gatehouse } from '../../testing/command-line.ts'

it('forwards to the prover: its help, its exit codes', async () => {
  const helped = await gatehouse(['prove', '--help'], {})
  expect(helped.code).toBe(0)
  expect(helped.stdout).toContain('gatehouse prove [options] -- COMMAND')
  const wrong = await gatehouse(['prove', '--nonsense'], {})
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('gatehouse prove: ')
})
