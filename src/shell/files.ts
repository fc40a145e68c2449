/**
 * Files that are whole or not there: written to a temporary file in the same folder, flushed, renamed over
 * the old one, and the folder flushed. Whoever reads one, at whatever moment the writer was killed, reads the
 * old text or the new.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A file that is being written. Until it is committed nobody sees it; discarded, it never was.
 *
 * @category model
 * @since 0.1.0
 */
export interface FileDraft {
  readonly write: (content: string | Uint8Array) => void
  readonly commit: () => void
  readonly discard: () => void
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Begins to write what will take the place of `path`. A symbolic link is followed, permissions are kept; what
 * is no plain file, such as `/dev/stdout`, is written to and not replaced.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openDraft = (path: string): FileDraft => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) return openDevice(path)
  const target = found === undefined ? path : realpathSync(path)
  const folder = dirname(target)
  const temporary = join(folder, `.${basename(target)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`)
  const file = openSync(temporary, 'wx', found === undefined ? 0o666 : found.mode & 0o777)
  let isOpen = true
  const close = (): void => {
    if (isOpen) closeSync(file)
    isOpen = false
  }
  return {
    write: (content) => writeFully(file, content),
    commit: () => {
      fsyncSync(file)
      close()
      renameSync(temporary, target)
      flushFolder(folder)
    },
    discard: () => {
      close()
      rmSync(temporary, { force: true })
    }
  }
}

/**
 * Begins a file that grows line by line and is there from the start. What was there is gone.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openAppend = (
  path: string
): { readonly write: (text: string) => void; readonly close: () => void } => {
  const file = openSync(path, 'w')
  let isOpen = true
  return {
    write: (text) => writeFully(file, text),
    close: () => {
      if (!isOpen) return
      isOpen = false
      fsyncSync(file)
      closeSync(file)
    }
  }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Puts `content` in the place of what `path` held. When it throws (no space, no permission), what was there
 * is untouched and no temporary file stays behind.
 *
 * @category transitions
 * @since 0.1.0
 */
export const writeFileAtomically = (path: string, content: string | Uint8Array): void => {
  const draft = openDraft(path)
  try {
    draft.write(content)
    draft.commit()
  } catch (error) {
    draft.discard()
    throw error
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * A file of text; a message that names it when it can't be read. A file that is not UTF-8 text is not one of
 * ours.
 *
 * @category queries
 * @since 0.1.0
 */
export const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${path}: ${reasonOf(error)}`, { cause: error })
  }
}

/**
 * Why a file operation failed, as `strerror` says it.
 *
 * @category queries
 * @since 0.1.0
 */
export const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (error instanceof Error ? error.message : String(error))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system'
}

const openDevice = (path: string): FileDraft => {
  const file = openSync(path, 'w')
  const close = (): void => closeSync(file)
  return { write: (content) => writeFully(file, content), commit: close, discard: close }
}

const writeFully = (file: number, content: string | Uint8Array): void => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

/** Some systems can't flush a folder; the rename is in order there all the same. */
const flushFolder = (folder: string): void => {
  let file: number | null = null
  try {
    file = openSync(folder, 'r')
    fsyncSync(file)
  } catch {
    // The new file is in place: only its survival of a power cut is less certain.
  } finally {
    if (file !== null) closeSync(file)
  }
}
