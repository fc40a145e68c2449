import { describe, expectTypeOf, it } from 'vitest'

import { notImplemented as evtchn } from '@xensim/core/evtchn'
import { notImplemented as grant } from '@xensim/core/grant'
import { HypercallTable, notImplemented as hypercalls } from '@xensim/core/hypercalls'
import { notImplemented as xenstore } from '@xensim/core/xenstore'

interface Refusal {
  readonly _tag: 'NotImplemented'
  readonly feature: string
}

describe('what is not built', () => {
  it('says so in a type of its own, the same in every folder', () => {
    expectTypeOf(grant).toEqualTypeOf<Refusal>()
    expectTypeOf(evtchn).toEqualTypeOf<Refusal>()
    expectTypeOf(xenstore).toEqualTypeOf<Refusal>()
    expectTypeOf(hypercalls).toEqualTypeOf<Refusal>()
  })

  it('is told apart from what Xen removed by its tag', () => {
    expectTypeOf<HypercallTable.HypercallState['_tag']>().toEqualTypeOf<'NotImplemented' | 'Removed'>()
  })

  it('may be asked for a number that belongs to no hypercall', () => {
    expectTypeOf(HypercallTable.byNumber(11)).toEqualTypeOf<HypercallTable.Hypercall | undefined>()
  })
})
