/**
 * A law of credit2 about how long nobody waits.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../abi/index.js'
import { creditMax, creditMin, sliceMinNs } from './credit2Rows.js'
import { everyInstant, unitsUnder, waits } from './hostRows.js'
import type { Law } from './Law.js'
import type { Run } from './Run.js'
import { isShareLab } from './shareLaws.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * No starvation, derived: on one pCPU where nobody sleeps and there are no caps, a unit waits at most
 * `sum over the others of (20.5 ms x w / M + S)`, with M the largest weight and `S = max(0.5 ms,
 * rate limit)`.
 *
 * Who waits keeps its credit but for resets, which give all the same; so each of the others runs before it
 * only until its credit has fallen below. Credits lie within 20.5 ms of each other, and a unit of weight w
 * burns them M / w times as fast as time passes. When its turn ends it may run on for a shortest slice, once:
 * then it stands behind. (Whom the upper clip takes credit from had most of all; whom the lower clamp gives
 * some has least.)
 *
 * @category constants
 * @since 0.1.0
 */
export const credit2NoStarvation: Law = {
  id: 'C2-D1',
  statement: 'nobody waits longer than it takes the others to use up their credit',
  appliesTo: isShareLab,
  violations: (run) => {
    const since = new Map<string, number>()
    return everyInstant(run, ({ host }) =>
      unitsUnder(host, 'credit2').flatMap((unit) => {
        if (!waits(unit)) {
          since.delete(unit.key)
          return []
        }
        const sinceNs = since.get(unit.key) ?? host.nowNs
        since.set(unit.key, sinceNs)
        const mostNs = longestWaitNs(run, unit.domid)
        if (host.nowNs - sinceNs <= mostNs) return []
        return [`${unit.name} waits since ${sinceNs} ns, longer than ${mostNs} ns`]
      })
    )
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const longestWaitNs = (run: Run, domid: DomainId): number => {
  const { domains, params } = run.laboratory
  const weights = domains.map((domain) => ({ domid: domain.domid, weight: domain.weight ?? 256 }))
  const heaviest = Math.max(...weights.map(({ weight }) => weight))
  const shortestNs = Math.max(sliceMinNs, params.ratelimitUs * 1000)
  return weights
    .filter((other) => other.domid !== domid)
    .reduce((sum, { weight }) => sum + ((creditMax - creditMin) * weight) / heaviest + shortestNs, 0)
}
