import type { GuestProgram, Input } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { makeEnvironment } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { decodeJournal, fileErrorText, recordInput, startJournal } from '../../../src/replay/index.js'
import type { Journal, RecorderOptions } from '../../../src/replay/index.js'
import { credit2 } from '../../../src/sched/index.js'
import { bootWith, millisecond } from './rig.js'

export const fine: RecorderOptions = { checkpointNs: 10 * millisecond, hostEvery: 0 }

/** Records a run, writes it, and reads it again. */
export const journalOf = (
  env: Environment,
  inputs: ReadonlyArray<Input>,
  options: RecorderOptions = fine,
  start: Host = bootWith(env)
): Journal => {
  const begun = startJournal(env, start, options)
  let { recorder } = begun
  let host = start
  const lines = [...begun.lines]
  for (const input of inputs) {
    const recorded = recordInput(env, recorder, { host, input }, { trace: false })
    recorder = recorded.recorder
    lines.push(...recorded.lines)
    if (recorded.result._tag === 'Right') host = recorded.result.right[0]
  }
  const read = decodeJournal(env, lines.join(''), 'run.journal')
  if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
  return read.right.journal
}

/** The script program with a bug: from `fromNs` on, phases are one nanosecond longer. */
export const slowScript = (fromNs: number): GuestProgram => ({
  ...script,
  next: (config, state, nowNs) => {
    const phase = script.next(config, state, nowNs)
    return nowNs >= fromNs ? { ...phase, runNs: phase.runNs + 1 } : phase
  }
})

/** The script program with a worse bug: it throws at the first phase that ends at or after `fromNs`. */
export const brokenScript = (fromNs: number): GuestProgram => ({
  ...script,
  next: (config, state, nowNs) => {
    if (nowNs >= fromNs) throw new Error('the script tore')
    return script.next(config, state, nowNs)
  }
})

export const envWith = (program: GuestProgram): Environment => makeEnvironment([credit2], [program], {})
