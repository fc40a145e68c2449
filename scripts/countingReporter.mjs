// Counts what a vitest run did, for the closing line that scripts/test.mjs prints. Prints nothing itself.
import { writeFileSync } from 'node:fs'

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.XENSIM_COUNTS
    if (file === undefined) return
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      // A file that could not even be loaded has no tests to count: it counts as one failure.
      if (module.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) counts[test.result().state] += 1
    }
    writeFileSync(file, JSON.stringify(counts))
  }
}
