import { expectTypeOf, test } from 'vitest'

import type { Abi } from '../../src/index.js'

test('a plain number is an id of any kind', () => {
  expectTypeOf(1).toExtend<Abi.DomainId>()
  expectTypeOf<number>().toExtend<Abi.PcpuId>()
  expectTypeOf<{ readonly _tag: 'DomainPause'; readonly domid: number }>().toExtend<Abi.Operation>()
})

test('an id is a number', () => {
  expectTypeOf<Abi.VcpuPlace>().toExtend<number>()
})

test('an id of one kind is none of another', () => {
  expectTypeOf<Abi.DomainId>().not.toExtend<Abi.VcpuId>()
  expectTypeOf<Abi.PcpuId>().not.toExtend<Abi.UnitPlace>()
  expectTypeOf<Abi.PoolPlace>().not.toExtend<Abi.PoolId>()
  expectTypeOf<{ readonly _tag: 'DomainPause'; readonly domid: Abi.PcpuId }>().not.toExtend<Abi.Operation>()
})
