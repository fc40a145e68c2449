// Builds dist/: the ESM and CJS files (tsup), their declarations (tsc) and the declarations' CJS twins.
// `--if-stale` does nothing when the sources have not changed since the last build.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from './entries.mjs'

const dist = join(root, 'dist')
const stampFile = join(root, 'node_modules/.cache/xensim/build-stamp')
const inputs = ['src', 'scripts/build.mjs', 'scripts/entries.mjs', 'tsup.config.ts', 'package.json']
const configs = ['tsconfig.base.json', 'tsconfig.build.json']

const filesUnder = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const stampNow = () => {
  const hash = createHash('sha256')
  for (const input of [...inputs, ...configs]) {
    const path = join(root, input)
    for (const file of input === 'src' ? filesUnder(path) : [path]) {
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
    }
  }
  return hash.digest('hex')
}

const run = (bin, ...args) => {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', bin), ...args], {
    cwd: root,
    stdio: 'inherit'
  })
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * `import('./X.js')` and `from './X.js'` become `.cjs`: a CJS declaration may only lead to CJS declarations.
 */
const toCjs = (text) =>
  text.replace(/((?:from|import)\s*\(?\s*['"])(\.{1,2}\/[^'"]*)\.js(['"])/g, '$1$2.cjs$3')

const stamp = stampNow()
const isFresh =
  existsSync(stampFile) && existsSync(join(dist, 'types')) && readFileSync(stampFile, 'utf8') === stamp
if (!(process.argv.includes('--if-stale') && isFresh)) {
  rmSync(stampFile, { force: true })
  rmSync(dist, { recursive: true, force: true })
  run('tsup/dist/cli-default.js')
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json')
  for (const file of filesUnder(join(dist, 'types'))) {
    if (file.endsWith('.d.ts')) {
      writeFileSync(file.replace(/\.d\.ts$/, '.d.cts'), toCjs(readFileSync(file, 'utf8')))
    }
  }
  const cli = join(dist, 'esm/cli.js')
  if (existsSync(cli)) chmodSync(cli, 0o755)
  mkdirSync(join(stampFile, '..'), { recursive: true })
  writeFileSync(stampFile, stamp)
}
