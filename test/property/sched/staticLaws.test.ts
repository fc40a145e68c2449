import {
  arincLabArbitrary,
  arincLaws,
  genericLaws,
  nullLabArbitrary,
  nullLaws,
  poolLaws
} from '../../../src/testing/index.js'
import { describeLaws } from './lawSetups.js'

describeLaws(
  'null laws',
  [...genericLaws, ...poolLaws, ...nullLaws],
  [
    {
      name: 'about as many units as pCPUs',
      labs: nullLabArbitrary(),
      usual: 80,
      spoken: ['NU-N1', 'NU-N2', 'NU-N3', 'NU-N4', 'NU-N5', 'GEN-8']
    },
    { name: 'several cpupools', labs: nullLabArbitrary({ withPools: true }), usual: 60, spoken: ['NU-N1'] },
    {
      name: 'context switches that take time',
      labs: nullLabArbitrary({ withSwitchCost: true }),
      usual: 25,
      spoken: ['NU-N1', 'GEN-8']
    }
  ]
)

describeLaws(
  'arinc653 laws',
  [...genericLaws, ...poolLaws, ...arincLaws],
  [
    {
      name: 'any laboratory',
      labs: arincLabArbitrary(),
      usual: 80,
      spoken: ['AR-A1', 'AR-A3', 'AR-A4', 'GEN-8']
    },
    { name: 'several cpupools', labs: arincLabArbitrary({ withPools: true }), usual: 40, spoken: ['AR-A1'] },
    {
      name: 'context switches that take time',
      labs: arincLabArbitrary({ withSwitchCost: true }),
      usual: 25,
      spoken: ['AR-A3', 'AR-A4']
    }
  ]
)
