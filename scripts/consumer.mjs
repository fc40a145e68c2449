// Packs the package, installs the tarball in fresh projects, and runs programs there: what a user of the
// package gets. Shared by the tests of the package and by scripts/nodes.mjs.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { manifest, root } from './entries.mjs'

const fixtures = join(root, 'test/package/fixtures')

/** Runs a program to its end; a failure throws with everything that it printed. */
export const run = (command, args, { cwd, env = {} }) => {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } })
  if (result.error) throw result.error
  if (result.status !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.status}\n${result.stdout}${result.stderr}`
    )
  }
  return result.stdout
}

/** The tests' own settings must not leak into an npm that stands for a stranger's. */
const npm = (args, cwd) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd })

const project = (directory, name, { type, dependencies, files }) => {
  const path = join(directory, name)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, private: true, version: '0.0.0', type }))
  for (const fixture of files) cpSync(join(fixtures, fixture), path, { recursive: true })
  npm(['install', '--prefer-offline', '--ignore-scripts', ...dependencies], path)
  return path
}

/**
 * Builds if need be, packs, and installs. `esm` has the optional peer fast-check, `cjs` has not. The caller
 * removes the directory.
 */
export const createConsumers = () => {
  run(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root })
  const directory = mkdtempSync(join(tmpdir(), 'xensim-package-'))
  npm(['pack', '--ignore-scripts', '--pack-destination', directory], root)
  const tarball = join(
    directory,
    readdirSync(directory).find((file) => file.endsWith('.tgz'))
  )
  const fastCheck = `fast-check@${manifest.devDependencies['fast-check']}`
  return {
    directory,
    tarball,
    esm: project(directory, 'esm', {
      type: 'module',
      dependencies: [tarball, fastCheck],
      files: ['shared', 'esm', 'browser', 'strict']
    }),
    cjs: project(directory, 'cjs', { type: 'commonjs', dependencies: [tarball], files: ['shared', 'cjs'] }),
    remove: () => rmSync(directory, { recursive: true, force: true })
  }
}
