// Builds the benchmarks twice with esbuild - once with the package's own copy-once tables, once with tables
// written in place (the mutable twin) - and runs them. Each timed load has a process of its own, the two
// builds by turns, so that neither inherits the other's compiled code or heap.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'xensim-bench-'))

/** Replaces the module of copy-once rows by the twin that writes in place. */
const inPlace = {
  name: 'in-place',
  setup(setup) {
    setup.onResolve({ filter: /\/Rows\.js$/ }, () => ({ path: join(here, 'twin/Rows.ts') }))
  }
}

const bundle = async (name, source, plugins) => {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(here, source)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    logLevel: 'error',
    plugins
  })
  return pathToFileURL(outfile).href
}

try {
  const own = await bundle('own', 'load.ts', [])
  const twin = await bundle('twin', 'load.ts', [inPlace])
  const main = await import(await bundle('main', 'main.ts', []))
  const child = join(folder, 'child.mjs')
  writeFileSync(
    child,
    'const [, , url, name, ...args] = process.argv\n' +
      'const module = await import(url)\n' +
      'console.log(JSON.stringify(module.measurements[name](...args)))\n'
  )
  const measure = (module, name, ...args) =>
    JSON.parse(
      execFileSync('node', ['--expose-gc', child, module, name, ...args.map(String)], { encoding: 'utf8' })
    )
  main.run({ own, twin, measure, only: process.argv.slice(2) })
} finally {
  rmSync(folder, { recursive: true })
}
