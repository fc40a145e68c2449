/**
 * The files that a run can write besides its journal. Private to this folder.
 *
 * @since 0.1.0
 */
import type { Output } from '../abi/index.js'
import type { Host } from '../machine/index.js'
import { addToPerfetto, addToTimeline, emptyPerfetto, emptyTimeline } from '../trace/index.js'
import { perfettoJson, timelineSvg } from '../trace/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A picture that grows with the outputs and is written at the end.
 *
 * @category model
 * @since 0.1.0
 */
export interface Picture {
  readonly add: (outputs: ReadonlyArray<Output>, host: Host) => void
  readonly text: () => string
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * By the name of their option.
 *
 * @category constants
 * @since 0.1.0
 */
export const pictures: ReadonlyArray<{ readonly name: string; readonly start: (host: Host) => Picture }> = [
  {
    name: 'timeline',
    start: (host) => {
      const timeline = emptyTimeline(host)
      return {
        add: (outputs, after) => void addToTimeline(timeline, outputs, after),
        text: () => timelineSvg(timeline)
      }
    }
  },
  {
    name: 'perfetto',
    start: (host) => {
      const perfetto = emptyPerfetto(host)
      return {
        add: (outputs, after) => void addToPerfetto(perfetto, outputs, after),
        text: () => perfettoJson(perfetto)
      }
    }
  }
]

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first line of a trace file.
 *
 * @category queries
 * @since 0.1.0
 */
export const traceHeader = (host: Host): string => {
  const { topology, params } = host.sched
  return `${JSON.stringify({ format: 'xensim-trace', version: 1, fromNs: host.nowNs, topology, params })}\n`
}

/**
 * A line for each output.
 *
 * @category queries
 * @since 0.1.0
 */
export const traceLines = (outputs: ReadonlyArray<Output>): string =>
  outputs.map((output) => `${JSON.stringify(output)}\n`).join('')
