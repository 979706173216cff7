import { describe, test } from 'vitest'
import { apps } from './testing/apps.ts'
import { behaviours, play } from './testing/behaviours.ts'

describe.each(Object.entries(apps))('%s', (_framework, start) => {
  test.each(Object.entries(behaviours))('%s', async (_name, behaviour) => {
    await play(start, behaviour)
  })
})
