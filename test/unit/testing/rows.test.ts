import { expect, test } from 'vitest'

import type * as Arinc from '../../../src/sched/arinc653/model.js'
import type * as Credit from '../../../src/sched/credit/model.js'
import type * as Null from '../../../src/sched/nullsched/model.js'
import type * as Rtds from '../../../src/sched/rtds/model.js'
import type { ArincEntry653, ArincInstance } from '../../../src/testing/arincRows.js'
import type {
  CreditDomain,
  CreditInstance,
  CreditPcpu,
  CreditUnit
} from '../../../src/testing/credit1Rows.js'
import type { NullInstance, NullPcpu, NullUnit } from '../../../src/testing/nullRows.js'
import type { RtdsInstance, RtdsUnit } from '../../../src/testing/rtdsRows.js'

/** Type-checked: laws read a row as what it is. A field that is renamed does not compile here. */
const readAs = {
  rtdsUnit: (row: Rtds.UnitRow): RtdsUnit => row,
  rtdsInstance: (row: Rtds.Instance): RtdsInstance => row,
  creditUnit: (row: Credit.UnitRow): CreditUnit => row,
  creditDomain: (row: Credit.DomainRow): CreditDomain => row,
  creditPcpu: (row: Credit.PcpuRow): CreditPcpu => row,
  creditInstance: (row: Credit.Instance): CreditInstance => row,
  nullUnit: (row: Null.UnitRow): NullUnit => row,
  nullPcpu: (row: Null.PcpuRow): NullPcpu => row,
  nullInstance: (row: Null.Instance): NullInstance => row,
  arincUnit: (row: Arinc.UnitRow): ArincEntry653['row'] => row,
  arincInstance: (row: Arinc.Instance): ArincInstance => row
}

test('rows that laws read have the shapes that the schedulers give them', () => {
  const row = { unit: 3 }
  expect(readAs.nullPcpu(row)).toBe(row)
})
