// Runs every check that is not a test, all of them even when one fails, and says which failed.
// `node scripts/check.mjs lint knip` runs the named ones only.
import { spawnSync } from 'node:child_process'

import { root } from './entries.mjs'

const steps = ['lint', 'format:check', 'typecheck', 'build', 'knip', 'publint', 'attw', 'size', 'api', 'docs']
const asked = process.argv.slice(2)
const unknown = asked.filter((step) => !steps.includes(step))
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are: ${steps.join(', ')}`)
  process.exit(2)
}

const failed = []
for (const step of steps.filter((name) => asked.length === 0 || asked.includes(name))) {
  const before = performance.now()
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', step], {
    cwd: root,
    encoding: 'utf8'
  })
  const seconds = ((performance.now() - before) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${step} (${seconds} s)`)
  if (status !== 0) {
    failed.push(step)
    console.log(`${stdout}${stderr}`)
  }
}
console.log(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`)
process.exit(failed.length === 0 ? 0 : 1)
