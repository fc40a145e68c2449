import type * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { assertLaws } from '../../../src/testing/index.js'
import type { Laboratory, Law } from '../../../src/testing/index.js'
import { runs } from './runs.js'

/** Laboratories of one kind, and the laws that have to have something to say of many of them. */
export interface LawSetup {
  readonly name: string
  readonly labs: fc.Arbitrary<Laboratory>
  readonly usual: number
  /** Laws that must apply to at least a tenth of the laboratories; ids. */
  readonly spoken: ReadonlyArray<string>
}

/** No law is broken, and those named have something to say. */
export const describeLaws = (
  title: string,
  laws: ReadonlyArray<Law>,
  setups: ReadonlyArray<LawSetup>
): void => {
  describe.each(setups)(`${title}: $name`, ({ labs, usual, spoken }) => {
    test(`no law is broken: ${spoken.join(', ')}`, () => {
      const { applied, runsTotal } = assertLaws(laws, labs, { parameters: runs(usual) })
      expect(spoken.filter((id) => (applied.get(id) ?? 0) < runsTotal / 10)).toEqual([])
    })
  })
}
