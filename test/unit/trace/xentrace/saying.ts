import { eventName, valuesOf } from '../../../../src/trace/index.js'
import type { TraceRecord } from '../../../../src/trace/index.js'

const states = ['running', 'runnable', 'blocked', 'offline']

/** Microseconds as xenalyze prints them: what follows the point is not padded. */
const us = (ns: number): string => `${Math.floor(ns / 1_000)}.${ns % 1_000}us`

const load = (value: number, shift: number): string =>
  `${((value * 100) / 2 ** shift).toFixed(3)}% (${value})`

/** What `xenalyze --dump-all` of Xen 4.22 says about a scheduling record; null for other records. */
export const sayingOf = (record: TraceRecord): string | null => {
  const values = valuesOf(record)
  if (values === null) return null
  const v = (name: string): number => values[name] as number
  const unit = (): string => `d${v('dom')}v${v('unit')}`
  const vcpu = (): string => `d${v('dom')}v${v('vcpu')}`
  const slice = (): string => (v('slice') === 0xffff_ffff ? '' : `, next slice ${us(v('slice'))}`)
  const words = (i: number): bigint =>
    (BigInt(record.data[i + 1] as number) << 32n) | BigInt(record.data[i] as number)
  const from = states[(record.event >> 8) & 3] as string
  const to = states[(record.event >> 4) & 3] as string
  const sayings: Readonly<Record<string, () => string>> = {
    runstate_change: () => `runstate_change ${vcpu()} ${from}->${to}`,
    continue_running: () => `runstate_continue ${vcpu()} running->running`,
    wake: () => `vcpu_wake ${vcpu()}`,
    block: () => `vcpu_block ${vcpu()}`,
    sleep: () => `vcpu_sleep ${vcpu()}`,
    adjdom: () => `sched_adjust d${v('dom')}`,
    dom_add: () => `sched_init_domain d${v('dom')}`,
    dom_rem: () => `sched_destroy_domain d${v('dom')}`,
    domain_create: () => `creating domain d${v('dom')}`,
    domain_destroy: () => `destroying domain d${v('dom')}`,
    switch: () =>
      `sched_switch prev d${v('prevDom')}v${v('prevUnit')} next d${v('nextDom')}v${v('nextUnit')}`,
    switch_infprev: () => `sched_switch prev ${unit()}, run for ${us(v('ran'))}`,
    switch_infnext: () => {
      const waited = v('waited') === 0 ? '' : `, was runnable for ${us(v('waited'))}`
      return `sched_switch next ${unit()}${waited}${slice()}`
    },
    switch_infcont: () => `sched_switch continue ${unit()}, run for ${us(v('ran'))}${slice()}`,
    'credit2:runq_pos': () => `csched2:runq_insert ${unit()}, position ${v('pos')}`,
    'credit2:credit_burn': () =>
      `csched2:burn_credits ${unit()}, credit = ${v('credit')}, delta = ${v('delta')}`,
    'credit2:tickle_check': () =>
      `csched2:tickle_check ${unit()}, credit = ${v('credit')}, score = ${v('score')}`,
    'credit2:tickle': () => `csched2:runq_tickle cpu ${v('cpu')}`,
    'credit2:tickle_new': () =>
      `csched2:runq_tickle_new ${unit()}, processor = ${v('cpu')}, credit = ${v('credit')}`,
    'credit2:credit_reset': () =>
      `csched2:reset_credits ${unit()}, credit_start = ${v('before')}, credit_end = ${v('after')}`,
    'credit2:update_load': () => 'csched2:update_load',
    'credit2:update_unit_load': () =>
      `csched2:update_vcpu_load ${unit()}, vcpu_load = ${load(v('avgload'), v('shift'))}`,
    'credit2:update_runq_load': () =>
      `csched2:update_rq_load rq# ${v('rq')}, load = ${v('load')}, ` +
      `avgload = ${load(v('avgload'), v('shift'))}, b_avgload = ${load(v('balanceAvgload'), v('shift'))}`,
    'credit2:load_check': () =>
      `csched2:load_balance_check lrq# ${v('own')}, orq# ${v('last')}, delta = ${v('difference')}`,
    'credit2:load_balance': () =>
      `csched2:load_balance_begin lrq# ${v('own')}, avg_load = ${v('ownAvgload')} -- ` +
      `orq# ${v('other')}, avg_load = ${v('otherAvgload')}`,
    'credit2:runq_candidate': () => {
      const tickled = v('tickledCpu') < 0 ? 'no cpu was tickled' : `cpu ${v('tickledCpu')} was tickled`
      return `csched2:runq_candidate ${unit()}, credit = ${v('credit')}, ${tickled}`
    },
    'credit2:schedule': () => {
      const idle = v('idle') ? (v('smtIdle') ? 'idle, SMT idle' : 'idle, SMT busy') : 'busy'
      return (
        `csched2:schedule cpu ${v('cpu')}, rq# ${v('rq')}, ${v('tasklet') ? 'tasklet, ' : ''}` +
        `${idle}, ${v('tickled') ? '' : 'not '}tickled`
      )
    },
    'credit2:runq_cand_check': () => `csched2:runq_cand_check ${unit()}`,
    'credit2:runq_assign': () => `csched2:runq_assign ${unit()} on rq# ${v('rq')}`,
    'credit2:runq_max_weight': () =>
      `csched2:update_max_weight rq# ${v('rq')}, max_weight = ${v('maxWeight')}`,
    'credit2:migrate': () => `csched2:migrate ${unit()} rq# ${v('from')} --> rq# ${v('to')}`,
    'credit2:picked_cpu': () => `csched2:picked_cpu ${unit()}, rq# ${v('rq')}, cpu ${v('cpu')}`,
    'credit:account_start': () => `csched:acct_start ${unit()}, active_vcpus ${v('active')}`,
    'credit:account_stop': () => `csched:acct_stop ${unit()}, active_vcpus ${v('active')}`,
    'credit:stolen_unit': () => `csched:stolen_vcpu ${unit()} from cpu ${v('cpu')}`,
    'credit:picked_cpu': () => `csched:pick_cpu ${v('cpu')} for ${unit()}`,
    'credit:tickle': () => `csched:runq_tickle, cpu ${v('cpu')}`,
    'credit:boost_start': () => `csched: ${unit()} boosted`,
    'credit:boost_end': () => `csched: ${unit()} unboosted`,
    'credit:schedule': () =>
      `csched:schedule cpu ${v('cpu')}, ${v('tasklet') ? 'tasklet, ' : ''}${v('idle') ? 'idle' : 'busy'}`,
    'credit:steal_check': () =>
      `csched:load_balance ${v('isExamined') ? 'checking' : 'skipping'} ${v('cpu')}`,
    'null:schedule': () => `null:schedule cpu ${v('cpu')}, vcpu ${unit()}`,
    'rtds:tickle': () => `rtds:runq_tickle cpu ${v('cpu')}`,
    'rtds:runq_pick': () => `rtds:runq_pick ${unit()}, deadline = ${v('deadline')}, budget = ${v('budget')}`,
    'rtds:budget_burn': () => `rtds:burn_budget ${unit()}, budget = ${v('budget')}, delta = ${v('delta')}`,
    // xenalyze knows nothing of the priority and takes it for the low half of the deadline.
    'rtds:budget_replenish': () => `rtds:repl_budget ${unit()}, deadline = ${words(1)}, budget = ${words(3)}`,
    // xenalyze takes the two highest fields for each other.
    'rtds:schedule': () =>
      `rtds:schedule cpu ${v('cpu')}, , ${v('tickled') ? 'idle' : 'busy'}, ${v('idle') ? '' : 'not '}tickled`
  }
  const say = sayings[eventName(record.event)]
  if (say === undefined) throw new Error(`no saying for ${eventName(record.event)}`)
  return say()
}
