import * as fc from 'fast-check'

import {
  credit1LabArbitrary,
  credit1Laws,
  credit1ShareLabArbitrary,
  extremesArbitrary,
  genericLaws,
  poolLaws,
  wakeStormArbitrary,
  yieldAbuserArbitrary
} from '../../../src/testing/index.js'
import { describeLaws } from './lawSetups.js'

const laws = [...genericLaws, ...poolLaws, ...credit1Laws]
const always = ['CR-R2', 'CR-R4', 'CR-R7', 'CR-R8', 'CR-R9', 'CR-R10', 'CR-5', 'GEN-8']
const exact = ['CR-3', 'CR-R3', 'CR-4.1']
const scheduler = 'credit'
const anyWeights = fc.oneof(fc.constantFrom(1, 2, 256, 65_535), fc.integer({ min: 1, max: 65_535 }))

describeLaws('credit laws', laws, [
  { name: 'any laboratory', labs: credit1LabArbitrary(), usual: 40, spoken: [...always, ...exact, 'CR-R1'] },
  {
    name: 'context switches that take time',
    labs: credit1LabArbitrary({ withSwitchCost: true }),
    usual: 25,
    spoken: always
  },
  { name: 'several cpupools', labs: credit1LabArbitrary({ withPools: true }), usual: 25, spoken: always },
  { name: 'wake-up storms', labs: wakeStormArbitrary({ scheduler }), usual: 20, spoken: exact },
  { name: 'yield abusers', labs: yieldAbuserArbitrary({ scheduler }), usual: 20, spoken: exact },
  {
    name: 'weights and caps at the extremes',
    labs: extremesArbitrary({ scheduler }),
    usual: 12,
    spoken: exact
  }
])

/** Long runs of a few vCPUs: the laws of hosts would look at each of thousands of instants. */
const shareLaws = credit1Laws.filter(({ id }) => ['CR-R5', 'CR-R5b', 'CR-R6', 'CR-D1', 'CR-R1'].includes(id))

describeLaws('credit shares', shareLaws, [
  {
    name: 'equal weights',
    labs: credit1ShareLabArbitrary({ pcpusMax: 4, vcpusMax: 3, durationNs: 2_000_000_000 }),
    usual: 12,
    spoken: ['CR-R5', 'CR-R1']
  },
  {
    name: 'any weights',
    labs: credit1ShareLabArbitrary({ weights: anyWeights, vcpusMax: 2 }),
    usual: 12,
    spoken: ['CR-R5b', 'CR-R1']
  },
  {
    name: 'two vCPUs of any weights on one pCPU',
    labs: credit1ShareLabArbitrary({ weights: anyWeights, domainsMax: 2 }),
    usual: 12,
    spoken: ['CR-R5', 'CR-R5b']
  },
  {
    name: 'caps over several vCPUs',
    labs: credit1ShareLabArbitrary({
      caps: fc.integer({ min: 1, max: 300 }),
      pcpusMax: 3,
      vcpusMax: 4,
      durationNs: 1_000_000_000
    }),
    usual: 20,
    spoken: ['CR-R6']
  },
  {
    name: 'waiting, with weights at the extremes and guests that yield',
    labs: credit1ShareLabArbitrary({
      weights: anyWeights,
      withYields: true,
      timeslicesMs: [1, 5],
      durationNs: 500_000_000
    }),
    usual: 15,
    spoken: ['CR-D1']
  }
])
