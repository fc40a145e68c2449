/**
 * A bar on the terminal for what takes a while. Where nobody is watching (a pipe, a file) it says nothing at
 * all.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Where a bar is drawn: a terminal, or a stream that is none.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Progress {
  readonly show: (done: number, text: string) => void
  /** Wipes the bar away. */
  readonly clear: () => void
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A bar for `total` units of work; `clock` tells milliseconds. It draws at most ten times a second, first
 * after a fifth of a second: short work needs no bar.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startProgress = (
  stream: ProgressStream,
  total: number,
  clock: () => number = () => performance.now()
): Progress => {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined }
  const startMs = clock()
  let shownMs = startMs + delayMs - redrawMs
  let isShown = false
  return {
    show: (done, text) => {
      const nowMs = clock()
      if (nowMs - shownMs < redrawMs) return
      shownMs = nowMs
      isShown = true
      const line = progressLine({ done, total, elapsedMs: nowMs - startMs, text }, columnsOf(stream))
      stream.write(`\r${line}\u001b[K`)
    },
    clear: () => {
      if (isShown) stream.write('\r\u001b[K')
      isShown = false
    }
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * One line: bar, share done, text, time to go. Never wider than the terminal.
 *
 * @category queries
 * @since 0.1.0
 */
export const progressLine = (
  at: { readonly done: number; readonly total: number; readonly elapsedMs: number; readonly text: string },
  columns: number
): string => {
  const share = at.total > 0 ? Math.min(1, Math.max(0, at.done / at.total)) : 1
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`
  const leftMs = share > 0 ? (at.elapsedMs / share) * (1 - share) : Infinity
  const rest = ` ${percent}  ${at.text}${Number.isFinite(leftMs) ? `  ${secondsText(leftMs)} to go` : ''}`
  const width = Math.max(0, Math.min(barColumnsMax, columns - rest.length - 3))
  const full = Math.floor(share * width)
  const bar = width > 0 ? `[${'#'.repeat(full)}${'-'.repeat(width - full)}]` : ''
  return `${bar}${rest}`.slice(0, Math.max(0, columns - 1))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const barColumnsMax = 40
const redrawMs = 100
const delayMs = 200

/** A terminal that does not tell its width (0) is taken for an ordinary one. */
const columnsOf = ({ columns = 0 }: ProgressStream): number => (columns > 0 ? columns : 80)

const secondsText = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}
