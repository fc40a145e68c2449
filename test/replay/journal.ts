import { join } from 'node:path'

import type { Environment, Host } from '../../src/machine/index.js'
import { recordInput, startJournal } from '../../src/replay/index.js'
import { bootWith, busyInputs, millisecond, second } from '../unit/replay/rig.js'

/** The golden journal: a run of five seconds with several domains, kept in the repository. */
export const path = join(import.meta.dirname, 'credit2-5s.journal')

/** Records that run with the package as it is. */
export const recordGolden = (env: Environment): { readonly text: string; readonly end: Host } => {
  const start = bootWith(env, { topology: { sockets: 2, coresPerSocket: 2 } })
  const begun = startJournal(env, start, { checkpointNs: 50 * millisecond, hostEvery: 6 })
  let { recorder } = begun
  let host = start
  const lines = [...begun.lines]
  for (const input of busyInputs(5 * second)) {
    const recorded = recordInput(env, recorder, { host, input }, { trace: false })
    recorder = recorded.recorder
    lines.push(...recorded.lines)
    if (recorded.result._tag === 'Right') host = recorded.result.right[0]
  }
  return { text: lines.join(''), end: host }
}
