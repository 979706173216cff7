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
    // no test asserts how long something takes: these only end what hangs, on the busiest machine too
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    // what memory holds can be measured only once nothing is left to collect
    execArgv: ['--expose-gc'],
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
  },
})
