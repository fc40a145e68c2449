import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { buildSync } from 'esbuild'

/**
 * The command as a user runs it: a bundle of the sources as they are now, made once for all test files. The
 * bundle of a state of the sources is kept under its own name, so that test files that run at once do not
 * tread on each other.
 */
const root = join(import.meta.dirname, '../../..')

const stampOfSources = (): string => {
  const hash = createHash('sha256')
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const { mtimeMs, size } = statSync(path)
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

const folderOfBundles = join(root, 'node_modules/.cache/xensim/cli')

const built = { main: '' }

/** Where the bundle is. One test file sees one bundle, whatever is edited meanwhile. */
export const bundleCli = (): string => {
  if (built.main === '') built.main = bundleNow()
  return built.main
}

const bundleNow = (): string => {
  const folder = join(folderOfBundles, stampOfSources())
  const main = join(folder, 'main.js')
  if (existsSync(main)) return main
  mkdirSync(folderOfBundles, { recursive: true })
  const draft = mkdtempSync(join(folderOfBundles, 'draft-'))
  buildSync({
    // Threads load the entry for the shell, which lies beside the command.
    entryPoints: { main: join(root, 'src/cli/main.ts'), shell: join(root, 'src/shell/index.ts') },
    outdir: draft,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['piscina'],
    logLevel: 'error'
  })
  for (const old of readdirSync(folderOfBundles)) {
    const path = join(folderOfBundles, old)
    const isOld = Date.now() - statSync(path).mtimeMs > 3_600_000
    if (isOld) rmSync(path, { recursive: true, force: true })
  }
  try {
    renameSync(draft, folder)
  } catch {
    // Another test file was faster: its bundle is the same.
    rmSync(draft, { recursive: true, force: true })
  }
  return main
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command to its end. */
export const xensim = (
  argv: ReadonlyArray<string>,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}
): Ended => {
  const ended = spawnSync(process.execPath, [bundleCli(), ...argv], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...cleanEnvironment(), ...options.env },
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  return { code: ended.status, out: ended.stdout, err: ended.stderr }
}

/** Starts the command and leaves it running. */
export const startXensim = (argv: ReadonlyArray<string>, cwd: string): ChildProcess =>
  spawn(process.execPath, [bundleCli(), ...argv], {
    cwd,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe']
  })

export const endOf = (child: ChildProcess): Promise<Ended & { readonly signal: string | null }> =>
  new Promise((resolve) => {
    const parts = { out: '', err: '' }
    child.stdout?.on('data', (chunk: Buffer) => (parts.out += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (parts.err += chunk.toString()))
    child.on('close', (code, signal) => resolve({ code, signal, ...parts }))
  })

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'xensim-test-'))

const cleanEnvironment = (): Record<string, string> => {
  const { PATH = '', HOME = '' } = process.env
  return { PATH, HOME }
}
