import { expect, it } from 'vitest'
import { table } from './lists.ts'

it('lines columns up, and lets no text that others chose move the cursor', () => {
  expect(
    table(
      ['NAME', 'ID'],
      [
        ['ana', '1'],
        ['\u001b[2Jbob', '2'],
      ],
    ),
  ).toBe('NAME     ID\nana      1\n�[2Jbob  2')
})
