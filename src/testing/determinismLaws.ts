/**
 * Laws about determinism (P14 of credit2, and the contract of the host): the same laboratory gives the same
 * run, whichever way it is driven.
 *
 * @since 0.1.0
 */
import { advance } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'
import type { Output } from '../abi/index.js'

import { startLaboratory } from './Laboratory.js'
import type { Law, Violation } from './Law.js'
import type { Run } from './Run.js'
import { firstDifference } from './sameness.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P14: run again, in another environment, unwatched and in one go, a laboratory gives the same outputs and
 * the same host.
 *
 * @category constants
 * @since 0.1.0
 */
export const runsAgain: Law = {
  id: 'C2-P14',
  statement: 'the same laboratory gives the same outputs and the same host, instant by instant and in one go',
  appliesTo: ({ endlessAtNs }) => endlessAtNs === null,
  violations: (run) => replay(run, [])
}

/**
 * P14: decisions depend on the state alone. A run that is cut in the middle and goes on from the JSON text
 * of the host, in a fresh environment, is not different.
 *
 * @category constants
 * @since 0.1.0
 */
export const survivesJson: Law = {
  id: 'C2-P14b',
  statement: 'a run cut at any instants, its host written as JSON and read again, goes on as if it was not',
  appliesTo: ({ endlessAtNs }) => endlessAtNs === null,
  violations: (run) => {
    const times = run.instants.map(({ host }) => host.nowNs)
    const cut = (part: number): number => times[Math.floor((times.length - 1) * part)] ?? 0
    return replay(run, [cut(0.3), cut(0.7)])
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const replay = (run: Run, cutsNs: ReadonlyArray<number>): ReadonlyArray<Violation> => {
  const started = startLaboratory(run.laboratory, run.registry)
  if (started._tag === 'Left') return [{ atNs: 0, text: `does not start again: ${started.left._tag}` }]
  const [firstEnv, firstHost, bootOutputs] = started.right
  let env: Environment = firstEnv
  let host: Host = firstHost
  const outputs: Output[] = [...bootOutputs]
  for (const toNs of [...cutsNs, run.laboratory.durationNs]) {
    const advanced = advance(env, host, toNs, { trace: true })
    if (advanced._tag === 'Left') return [{ atNs: toNs, text: `does not go on: ${advanced.left._tag}` }]
    host = advanced.right[0]
    for (const output of advanced.right[1]) outputs.push(output)
    if (toNs === run.laboratory.durationNs) break
    host = JSON.parse(JSON.stringify(host)) as Host
    const again = startLaboratory(run.laboratory, run.registry)
    if (again._tag === 'Right') env = again.right[0]
  }
  return differences(run, outputs, host)
}

const differences = (run: Run, outputs: ReadonlyArray<Output>, host: Host): ReadonlyArray<Violation> => {
  const expected = run.instants.flatMap((instant) => instant.outputs)
  const at = expected.findIndex((output, i) => firstDifference(output, outputs[i]) !== null)
  const atNs = expected[at]?.atNs ?? host.nowNs
  if (at >= 0 || expected.length !== outputs.length)
    return [
      {
        atNs,
        text: `output ${at < 0 ? expected.length : at} differs: ${firstDifference(expected[at], outputs[at])}`
      }
    ]
  const difference = firstDifference(run.instants.at(-1)?.host, host)
  return difference === null ? [] : [{ atNs: host.nowNs, text: `the last host differs at ${difference}` }]
}
