import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
      'tests/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // what memory holds can be measured only once nothing is left to collect
    execArgv: ['--expose-gc'],
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
  },
})
