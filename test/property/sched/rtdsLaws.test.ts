import {
  genericLaws,
  nearOverloadArbitrary,
  poolLaws,
  realTimeLabArbitrary,
  rtdsLaws,
  wakeStormArbitrary,
  yieldAbuserArbitrary
} from '../../../src/testing/index.js'
import { describeLaws } from './lawSetups.js'

const always = ['RT-T1', 'RT-T2', 'RT-T7a', 'GEN-8']
const exact = ['RT-1.2', 'RT-1.4', 'RT-T3', 'RT-T8']

describeLaws(
  'rtds laws',
  [...genericLaws, ...poolLaws, ...rtdsLaws],
  [
    { name: 'any laboratory', labs: realTimeLabArbitrary(), usual: 35, spoken: [...always, ...exact] },
    {
      name: 'no extra time',
      labs: realTimeLabArbitrary({ withExtratime: false, durationMaxNs: 30_000_000 }),
      usual: 20,
      spoken: [...always, ...exact, 'RT-T1b']
    },
    {
      name: 'context switches that take time',
      labs: realTimeLabArbitrary({ withSwitchCost: true }),
      usual: 20,
      spoken: always
    },
    { name: 'several cpupools', labs: realTimeLabArbitrary({ withPools: true }), usual: 25, spoken: always },
    {
      name: 'near overload',
      labs: nearOverloadArbitrary(),
      usual: 30,
      spoken: [...always, ...exact, 'RT-T1b', 'RT-T4', 'RT-T7b']
    },
    { name: 'wake-up storms', labs: wakeStormArbitrary({ scheduler: 'rtds' }), usual: 15, spoken: exact },
    { name: 'yield abusers', labs: yieldAbuserArbitrary({ scheduler: 'rtds' }), usual: 15, spoken: exact }
  ]
)
