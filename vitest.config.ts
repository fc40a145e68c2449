import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vitest/config'

import { mutantPlugin } from './test/mutants/mutantPlugin.js'
import { seedFixed } from './test/seed.js'

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Where `@xensim/core` leads in tests and in the examples of the documentation: to the source. */
const alias = [
  { find: /^@xensim\/core$/, replacement: fromRoot('src/index.ts') },
  { find: /^@xensim\/core\/([a-z]+)$/, replacement: `${fromRoot('src')}/$1/index.ts` }
]

const isLong = process.env['XENSIM_LONG'] === '1'
const seedFresh = process.env['XENSIM_SEED_FRESH']

const project = (name: string, include: readonly string[], seed: number | string = seedFixed) => ({
  resolve: { alias },
  // Only for the tests of mutants: schedulers with a bug put back.
  plugins: [mutantPlugin()],
  test: {
    name,
    include: [...include],
    setupFiles: [fromRoot('test/setup.ts')],
    env: { XENSIM_SEED: process.env['XENSIM_SEED'] ?? String(seed) },
    testTimeout: isLong ? 3_600_000 : 120_000,
    hookTimeout: 120_000
  }
})

const property = ['test/property/**/*.test.ts']
const model = ['test/model/**/*.test.ts']

export default defineConfig({
  test: {
    reporters: ['default', fromRoot('scripts/countingReporter.mjs')],
    projects: [
      project('unit', ['test/unit/**/*.test.ts', 'test/replay/**/*.test.ts', 'test/tidy.test.ts']),
      project('property', property),
      project('model', model),
      // The same properties once more, from a seed that nobody has seen before (scripts/test.mjs draws and prints it).
      ...(seedFresh === undefined
        ? []
        : [project('property-fresh', property, seedFresh), project('model-fresh', model, seedFresh)]),
      project('examples', ['test/examples/**/*.test.ts']),
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: fromRoot('tsconfig.types.json')
          }
        }
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: [fromRoot('test/package/globalSetup.ts')],
          testTimeout: 120_000,
          hookTimeout: 300_000
        }
      }
    ],
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['src/**/*.ts'],
      exclude: ['src/**/index.ts', 'src/cli/**'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: 'coverage'
    }
  }
})
