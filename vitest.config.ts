import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One core is not left to whoever watches: most tests wait for processes of their own.
    maxWorkers: '100%',
    // Files share a process, which halves what they cost: no file does work when it is imported, or changes what others read.
    isolate: false,
    setupFiles: ['test/world/same-environment.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      // `npm test`: everything but the commands, of which it has one start of the whole stack.
      {
        extends: true,
        test: { name: 'specification', include: ['test/**/*.test.ts'], exclude: ['test/e2e/!(demo).test.ts'] },
      },
      // `npm run test:e2e`: the other commands.
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts'],
          exclude: ['test/e2e/demo.test.ts'],
          globalSetup: ['test/e2e/shared-stack.ts'],
        },
      },
    ],
  },
})
