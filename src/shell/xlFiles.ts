/**
 * The files that a command line of `xl` needs from the real disk: texts of configuration files it names,
 * sizes of the kernels and disks that those name. The simulated `xl` gets them as data, so that its journal
 * needs no disk.
 *
 * @since 0.1.0
 */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Host } from '../machine/index.js'
import { filesNamed, pathsStated } from '../toolstack/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Texts and sizes by path, as the command line and the configurations write them; null for what is not there.
 *
 * @category model
 * @since 0.1.0
 */
export interface XlFiles {
  readonly files: Readonly<Record<string, string | null>>
  readonly sizes: Readonly<Record<string, number | null>>
}

/**
 * What the operation `xl` of the toolstack replies.
 *
 * @category model
 * @since 0.1.0
 */
export interface XlReply {
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * A configuration is a few lines. What is longer is none, and stays out of the journal.
 *
 * @category constants
 * @since 0.1.0
 */
export const configBytesMax = 1 << 20

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Looks up what a command line needs on this host. Relative paths count from `folder`.
 *
 * @category queries
 * @since 0.1.0
 */
export const xlFilesOf = (
  host: Host,
  argv: ReadonlyArray<string>,
  folder: string = process.cwd()
): XlFiles => {
  const files: Record<string, string | null> = {}
  for (const path of filesNamed(argv)) files[path] = configText(resolve(folder, path))
  return { files, sizes: sizesOf(pathsStated(host, argv, files), folder) }
}

/**
 * The sizes of files, null for one that is not there. A folder is no file.
 *
 * @category queries
 * @since 0.1.0
 */
export const sizesOf = (paths: ReadonlyArray<string>, folder: string = process.cwd()): XlFiles['sizes'] => {
  const sizes: Record<string, number | null> = {}
  for (const path of paths) sizes[path] = sizeOf(resolve(folder, path))
  return sizes
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const standardInput = '/dev/stdin'

/** What is not there, or not ours to read, is null: the simulated xl says so in its own words. */
const configText = (path: string): string | null => {
  try {
    if (path === standardInput) return readFileSync(0, 'utf8')
    const found = statSync(path)
    return found.isFile() && found.size <= configBytesMax ? readFileSync(path, 'utf8') : null
  } catch {
    return null
  }
}

const sizeOf = (path: string): number | null => {
  try {
    const found = statSync(path)
    return found.isDirectory() ? null : found.size
  } catch {
    return null
  }
}
