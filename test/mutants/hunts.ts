import * as fc from 'fast-check'

import {
  affinityHolds,
  arincLabArbitrary,
  arincNoDrift,
  credit1BoostGiven,
  credit1Charged,
  credit1ShareLabArbitrary,
  creditResetInTime,
  extremesArbitrary,
  instantsEnd,
  labArbitrary,
  laboratoryMin,
  loadUpToDate,
  nullLabArbitrary,
  pinnedHogsArbitrary,
  rtdsBudgetExact,
  rtdsQueueContent,
  workConservation,
  yieldAbuserArbitrary
} from '../../src/testing/index.js'
import type { Laboratory, Law } from '../../src/testing/index.js'

/** The law that is to find a mutant, and the laboratories in which it looks. */
export interface Hunt {
  readonly law: Law
  readonly labs: fc.Arbitrary<Laboratory>
}

/** Pauses of whole domains only, which a scenario file can say, and never undone. */
const pausing = (scheduler: string): fc.Arbitrary<Laboratory> =>
  labArbitrary({ scheduler, pcpusMax: 2, durationMaxNs: 20_000_000 }).map((lab) => ({
    ...lab,
    params: { ...laboratoryMin.params, scheduler },
    operations: lab.operations.filter(({ operation }) => operation._tag === 'DomainPause')
  }))

/** By the name of the mutation. */
export const hunts: Readonly<Record<string, Hunt>> = {
  'credit-yield-not-charged': { law: credit1Charged, labs: yieldAbuserArbitrary({ scheduler: 'credit' }) },
  'credit-unpark-boosts': {
    law: credit1BoostGiven,
    labs: credit1ShareLabArbitrary({
      caps: fc.integer({ min: 1, max: 60 }),
      timeslicesMs: [30, 3],
      durationNs: 400_000_000
    })
  },
  'credit-pick-outside-affinity': { law: affinityHolds, labs: pinnedHogsArbitrary({ scheduler: 'credit' }) },
  'credit2-below-idle-credit': {
    law: workConservation,
    labs: extremesArbitrary({ pcpusMax: 2, vcpusMax: 3 })
  },
  'credit2-scan-stops': { law: workConservation, labs: pinnedHogsArbitrary() },
  'credit2-load-of-continuing': { law: loadUpToDate, labs: labArbitrary() },
  'credit2-reset-too-rare': { law: creditResetInTime, labs: pinnedHogsArbitrary() },
  'rtds-old-period-new-budget': { law: rtdsBudgetExact, labs: labArbitrary({ scheduler: 'rtds' }) },
  'rtds-paused-in-replq': { law: rtdsQueueContent, labs: pausing('rtds') },
  'arinc653-frame-drifts': { law: arincNoDrift, labs: arincLabArbitrary() },
  'null-endless-wake': {
    law: instantsEnd,
    labs: nullLabArbitrary({ vcpusMax: 1, domainsMax: 4, operationsMax: 0 })
  }
}
