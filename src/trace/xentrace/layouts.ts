/**
 * What the data words of each event mean, as `spec/scheduling-trace.md` §2 to §6 has it.
 *
 * @since 0.1.0
 */
import { credit2Event, creditEvent, nullEvent, rtdsEvent, traceEvent } from '../../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A word cut into fields, from bit 0 up; a whole word, signed or not; or 64 bits in two words, low first.
 *
 * @category model
 * @since 0.1.0
 */
export type TraceField =
  | { readonly kind: 'bits'; readonly parts: ReadonlyArray<readonly [name: string, width: number]> }
  | { readonly kind: 'u32' | 'i32' | 'u64'; readonly name: string }

/**
 * An event: its name and the fields of its data, in order.
 *
 * @category model
 * @since 0.1.0
 */
export interface TraceLayout {
  readonly event: number
  readonly name: string
  readonly fields: ReadonlyArray<TraceField>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

const bits = (...parts: ReadonlyArray<readonly [string, number]>): TraceField => ({ kind: 'bits', parts })
const u32 = (name: string): TraceField => ({ kind: 'u32', name })
const i32 = (name: string): TraceField => ({ kind: 'i32', name })
const u64 = (name: string): TraceField => ({ kind: 'u64', name })

const unit = bits(['unit', 16], ['dom', 16])
const vcpu = bits(['vcpu', 16], ['dom', 16])
const cpuOnly = bits(['cpu', 16], ['pad', 16])

const layout = (event: number, name: string, ...fields: ReadonlyArray<TraceField>): TraceLayout => ({
  event,
  name,
  fields
})

const coreLayouts: ReadonlyArray<TraceLayout> = [
  layout(traceEvent.continueRunning, 'continue_running', vcpu),
  layout(traceEvent.domAdd, 'dom_add', u32('dom')),
  layout(traceEvent.domRem, 'dom_rem', u32('dom')),
  layout(traceEvent.sleep, 'sleep', u32('dom'), u32('vcpu')),
  layout(traceEvent.wake, 'wake', u32('dom'), u32('vcpu')),
  layout(traceEvent.yield, 'yield', u32('dom'), u32('vcpu')),
  layout(traceEvent.block, 'block', u32('dom'), u32('vcpu')),
  layout(traceEvent.shutdown, 'shutdown', u32('dom'), u32('vcpu'), u32('reason')),
  layout(traceEvent.adjdom, 'adjdom', u32('dom')),
  layout(traceEvent.switch, 'switch', u32('prevDom'), u32('prevUnit'), u32('nextDom'), u32('nextUnit')),
  layout(traceEvent.switchInfPrev, 'switch_infprev', u32('dom'), u32('unit'), u32('ran')),
  layout(traceEvent.switchInfNext, 'switch_infnext', u32('dom'), u32('unit'), u32('waited'), u32('slice')),
  layout(traceEvent.shutdownCode, 'shutdown_code', u32('dom'), u32('vcpu'), u32('reason')),
  layout(traceEvent.switchInfCont, 'switch_infcont', u32('dom'), u32('unit'), u32('ran'), u32('slice')),
  layout(traceEvent.domainCreate, 'domain_create', u32('dom')),
  layout(traceEvent.domainDestroy, 'domain_destroy', u32('dom'))
]

const credit2Layouts: ReadonlyArray<TraceLayout> = [
  layout(credit2Event.runqPos, 'credit2:runq_pos', unit, u32('pos')),
  layout(credit2Event.creditBurn, 'credit2:credit_burn', unit, i32('credit'), i32('budget'), i32('delta')),
  layout(credit2Event.tickleCheck, 'credit2:tickle_check', unit, i32('credit'), i32('score')),
  layout(credit2Event.tickle, 'credit2:tickle', cpuOnly),
  layout(credit2Event.creditReset, 'credit2:credit_reset', unit, i32('before'), i32('after')),
  layout(credit2Event.schedTasklet, 'credit2:sched_tasklet'),
  layout(credit2Event.updateLoad, 'credit2:update_load'),
  layout(credit2Event.runqAssign, 'credit2:runq_assign', unit, bits(['rq', 16], ['pad', 16])),
  layout(credit2Event.updateUnitLoad, 'credit2:update_unit_load', u64('avgload'), unit, u32('shift')),
  layout(
    credit2Event.updateRunqLoad,
    'credit2:update_runq_load',
    u64('avgload'),
    u64('balanceAvgload'),
    bits(['load', 16], ['rq', 8], ['shift', 8]),
    u32('pad')
  ),
  layout(credit2Event.tickleNew, 'credit2:tickle_new', unit, u32('cpu'), i32('credit')),
  layout(credit2Event.runqMaxWeight, 'credit2:runq_max_weight', bits(['rq', 16], ['maxWeight', 16])),
  layout(credit2Event.migrate, 'credit2:migrate', unit, bits(['from', 16], ['to', 16])),
  layout(credit2Event.loadCheck, 'credit2:load_check', bits(['own', 16], ['last', 16]), u32('difference')),
  layout(
    credit2Event.loadBalance,
    'credit2:load_balance',
    u64('ownAvgload'),
    u64('otherAvgload'),
    bits(['own', 16], ['other', 16]),
    u32('pad')
  ),
  layout(
    credit2Event.pickedCpu,
    'credit2:picked_cpu',
    u64('minAvgload'),
    unit,
    bits(['rq', 16], ['cpu', 16])
  ),
  layout(credit2Event.runqCandidate, 'credit2:runq_candidate', unit, i32('tickledCpu'), i32('credit')),
  layout(
    credit2Event.schedule,
    'credit2:schedule',
    bits(['cpu', 16], ['rq', 16]),
    bits(['tasklet', 8], ['idle', 8], ['smtIdle', 8], ['tickled', 8])
  ),
  layout(credit2Event.ratelimit, 'credit2:ratelimit', unit, u32('ran')),
  layout(credit2Event.runqCandCheck, 'credit2:runq_cand_check', unit)
]

const creditLayouts: ReadonlyArray<TraceLayout> = [
  layout(creditEvent.schedTasklet, 'credit:sched_tasklet'),
  layout(creditEvent.accountStart, 'credit:account_start', u32('dom'), u32('unit'), u32('active')),
  layout(creditEvent.accountStop, 'credit:account_stop', u32('dom'), u32('unit'), u32('active')),
  layout(creditEvent.stolenUnit, 'credit:stolen_unit', u32('cpu'), u32('dom'), u32('unit')),
  layout(creditEvent.pickedCpu, 'credit:picked_cpu', u32('dom'), u32('unit'), u32('cpu')),
  layout(creditEvent.tickle, 'credit:tickle', u32('cpu')),
  layout(creditEvent.boostStart, 'credit:boost_start', u32('dom'), u32('unit')),
  layout(creditEvent.boostEnd, 'credit:boost_end', u32('dom'), u32('unit')),
  layout(creditEvent.schedule, 'credit:schedule', bits(['cpu', 16], ['tasklet', 8], ['idle', 8])),
  layout(creditEvent.ratelimit, 'credit:ratelimit', unit, u32('ran')),
  layout(creditEvent.stealCheck, 'credit:steal_check', u32('cpu'), u32('isExamined'))
]

const rtdsLayouts: ReadonlyArray<TraceLayout> = [
  layout(rtdsEvent.tickle, 'rtds:tickle', cpuOnly),
  layout(rtdsEvent.runqPick, 'rtds:runq_pick', unit, u64('deadline'), u64('budget')),
  layout(
    rtdsEvent.budgetBurn,
    'rtds:budget_burn',
    unit,
    u64('budget'),
    i32('delta'),
    u32('priority'),
    u32('extratime')
  ),
  layout(
    rtdsEvent.budgetReplenish,
    'rtds:budget_replenish',
    unit,
    u32('priority'),
    u64('deadline'),
    u64('budget')
  ),
  layout(rtdsEvent.schedTasklet, 'rtds:sched_tasklet'),
  layout(rtdsEvent.schedule, 'rtds:schedule', bits(['cpu', 16], ['tasklet', 8], ['tickled', 4], ['idle', 4]))
]

const nullLayouts: ReadonlyArray<TraceLayout> = [
  layout(nullEvent.pickedCpu, 'null:picked_cpu', unit, u32('cpu')),
  layout(nullEvent.unitAssign, 'null:unit_assign', unit, u32('cpu')),
  layout(nullEvent.unitDeassign, 'null:unit_deassign', unit, u32('cpu')),
  layout(nullEvent.migrate, 'null:migrate', unit, bits(['cpu', 16], ['newCpu', 16])),
  layout(nullEvent.schedule, 'null:schedule', bits(['tasklet', 16], ['cpu', 16]), unit),
  layout(nullEvent.tasklet, 'null:tasklet')
]

/** Every change of run state is an event of its own. */
const runstateLayouts: ReadonlyArray<TraceLayout> = [0, 1, 2, 3].flatMap((from) =>
  [0, 1, 2, 3].map((to) =>
    layout(traceEvent.runstateChange + from * 0x100 + to * 0x10, 'runstate_change', vcpu)
  )
)

/**
 * All events known, in ascending order of their numbers.
 *
 * @category constants
 * @since 0.1.0
 */
export const traceLayouts: ReadonlyArray<TraceLayout> = [
  ...runstateLayouts,
  ...coreLayouts,
  ...creditLayouts,
  ...credit2Layouts,
  ...rtdsLayouts,
  ...nullLayouts
].sort((a, b) => a.event - b.event)

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The layout of an event, null for one that is not known.
 *
 * @category queries
 * @since 0.1.0
 */
export const layoutOf = (event: number): TraceLayout | null => {
  let low = 0
  let high = traceLayouts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((traceLayouts[middle] as TraceLayout).event < event) low = middle + 1
    else high = middle
  }
  const found = traceLayouts[low]
  return found?.event === event ? found : null
}

/**
 * How many data words an event of this layout has.
 *
 * @category queries
 * @since 0.1.0
 */
export const wordsOf = ({ fields }: TraceLayout): number =>
  fields.reduce((sum, { kind }) => sum + (kind === 'u64' ? 2 : 1), 0)
