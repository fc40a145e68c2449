import { expect, test } from 'vitest'

import {
  arincLaws,
  assertLaws,
  changingPoolsArbitrary,
  credit1Laws,
  credit2Laws,
  genericLaws,
  nullLaws,
  poolLaws,
  rtdsLaws
} from '../../../src/testing/index.js'
import { runs } from './runs.js'

const own = [...credit2Laws, ...credit1Laws, ...rtdsLaws, ...nullLaws, ...arincLaws]
const laws = [...new Set([...genericLaws, ...poolLaws, ...own])]

test.each(['credit2', 'credit', 'rtds', 'null', 'arinc653'])(
  'cpupools that change under load keep every law, booted with %s',
  (scheduler) => {
    let changed = 0
    let moved = 0
    const { runsTotal } = assertLaws(laws, changingPoolsArbitrary({ scheduler }), {
      parameters: runs(30),
      onRun: ({ instants }) => {
        const pools = instants.map(({ host }) => JSON.stringify([host.sched.pools, host.sched.freePcpus]))
        changed += new Set(pools).size > 2 ? 1 : 0
        moved += instants.some(({ host }) => host.sched.poolOrder.length > 1) ? 1 : 0
      }
    })
    expect(changed).toBeGreaterThan(runsTotal / 10)
    expect(moved).toBeGreaterThan(runsTotal / 10)
  }
)
