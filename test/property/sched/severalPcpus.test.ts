import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { schedParamsDefault } from '../../../src/abi/index.js'
import { advance } from '../../../src/machine/index.js'
import {
  labDomain,
  registryDefault,
  scriptVcpu,
  sharesOf,
  startLaboratory
} from '../../../src/testing/index.js'
import { runs } from './runs.js'

test('C2-P5: on several pCPUs of one run queue shares are those of weights within 0.1 points in 20 s', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 4 }),
      fc.array(fc.constantFrom(256, 512, 768, 1024), { minLength: 2, maxLength: 3 }),
      (pcpus, weights) => {
        const started = startLaboratory(
          {
            topology: { sockets: 1, coresPerSocket: pcpus, threadsPerCore: 1, nodesTotal: 1 },
            params: schedParamsDefault,
            domains: weights.map((weight, i) =>
              labDomain(
                i + 1,
                Array.from({ length: pcpus }, () => scriptVcpu()),
                { weight }
              )
            ),
            operations: [],
            durationNs: 20_000_000_000
          },
          registryDefault
        )
        if (started._tag === 'Left') throw new Error(started.left._tag)
        const [env, host] = started.right
        const ended = advance(env, host, 20_000_000_000, { trace: false })
        if (ended._tag === 'Left') throw new Error(ended.left._tag)
        const total = weights.reduce((a, b) => a + b, 0)
        for (const [i, share] of sharesOf(ended.right[0]).entries())
          expect(Math.abs(share - weights[i]! / total)).toBeLessThanOrEqual(0.001)
      }
    ),
    runs(6)
  )
})
