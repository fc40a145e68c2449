// Runs the tests: everything with the fixed seed, properties and models once more with a fresh one, which is
// printed first. The last line is `N passed, N failed`; the exit code is vitest's.
//
//   node scripts/test.mjs [--long] [--coverage] [arguments for vitest]
//   XENSIM_SEED_FRESH=123 npm test      the same fresh seed again
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { root } from './entries.mjs'

const args = process.argv.slice(2)
const isLong = args.includes('--long')
const isCoverage = args.includes('--coverage')
const rest = args.filter((arg) => arg !== '--long' && arg !== '--coverage')

const seedFresh = process.env.XENSIM_SEED_FRESH ?? String(randomInt(1, 2 ** 31))
console.log(`fresh seed: ${seedFresh}  (the same run again: XENSIM_SEED_FRESH=${seedFresh} npm test)`)

const directory = mkdtempSync(join(tmpdir(), 'xensim-test-'))
const countsFile = join(directory, 'counts.json')
const coverageArgs = ['--coverage', '--project', 'unit', '--project', 'property', '--project', 'model']
const vitest = spawn(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...(isCoverage ? coverageArgs : []), ...rest],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      XENSIM_SEED_FRESH: seedFresh,
      XENSIM_COUNTS: countsFile,
      ...(isLong ? { XENSIM_LONG: '1' } : {})
    }
  }
)

vitest.on('close', (code) => {
  // No counts at all means that vitest died before its end: that is one failure, whatever it had printed.
  const counts = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0 }
  rmSync(directory, { recursive: true, force: true })
  const failed = code === 0 ? counts.failed : Math.max(counts.failed, 1)
  console.log(
    `\n${counts.passed} passed, ${failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`
  )
  process.exit(code ?? 1)
})
