/**
 * A run as a picture.
 *
 * @since 0.1.0
 */
import { addToTimeline, emptyTimeline, timelineSvg, timelineSvgDefaults } from '../trace/index.js'

import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The time line of a run as SVG: what each pCPU ran when. The empty text when nothing happened.
 *
 * @category queries
 * @since 0.1.0
 */
export const drawRun = (run: Run, title: string = timelineSvgDefaults.title): string => {
  const [first] = run.instants
  if (first === undefined) return ''
  const timeline = run.instants.reduce(
    (drawn, { host, outputs }) => addToTimeline(drawn, outputs, host),
    emptyTimeline(first.host)
  )
  return timelineSvg(timeline, { ...timelineSvgDefaults, title })
}
