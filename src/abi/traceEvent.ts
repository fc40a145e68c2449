/**
 * Numbers of xentrace's events: those of the generic scheduler, of each scheduler, of the life of domains,
 * and those that the trace buffer itself writes. `spec/scheduling-trace.md` has the tables.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Events of a trace. A run state change is `runstateChange` plus 256 times the old and 16 times the new
 * state.
 *
 * @category constants
 * @since 0.1.0
 */
export const traceEvent = {
  lostRecords: 0x1f001,
  wrap: 0x1f002,
  cpuChange: 0x1f003,

  runstateChange: 0x21001,
  continueRunning: 0x21002,

  domAdd: 0x28001,
  domRem: 0x28002,
  sleep: 0x28003,
  wake: 0x28004,
  yield: 0x28005,
  block: 0x28006,
  shutdown: 0x28007,
  adjdom: 0x28009,
  switch: 0x2800a,
  switchInfPrev: 0x2800e,
  switchInfNext: 0x2800f,
  shutdownCode: 0x28010,
  switchInfCont: 0x28011,

  domainCreate: 0x41001,
  domainDestroy: 0x41002
} as const

/**
 * Events of `credit`.
 *
 * @category constants
 * @since 0.1.0
 */
export const creditEvent = {
  schedTasklet: 0x22001,
  accountStart: 0x22002,
  accountStop: 0x22003,
  stolenUnit: 0x22004,
  pickedCpu: 0x22005,
  tickle: 0x22006,
  boostStart: 0x22007,
  boostEnd: 0x22008,
  schedule: 0x22009,
  ratelimit: 0x2200a,
  stealCheck: 0x2200b
} as const

/**
 * Events of `credit2`.
 *
 * @category constants
 * @since 0.1.0
 */
export const credit2Event = {
  runqPos: 0x22202,
  creditBurn: 0x22203,
  tickleCheck: 0x22205,
  tickle: 0x22206,
  creditReset: 0x22207,
  schedTasklet: 0x22208,
  updateLoad: 0x22209,
  runqAssign: 0x2220a,
  updateUnitLoad: 0x2220b,
  updateRunqLoad: 0x2220c,
  tickleNew: 0x2220d,
  runqMaxWeight: 0x2220e,
  migrate: 0x2220f,
  loadCheck: 0x22210,
  loadBalance: 0x22211,
  pickedCpu: 0x22213,
  runqCandidate: 0x22214,
  schedule: 0x22215,
  ratelimit: 0x22216,
  runqCandCheck: 0x22217
} as const

/**
 * Events of `rtds`.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsEvent = {
  tickle: 0x22801,
  runqPick: 0x22802,
  budgetBurn: 0x22803,
  budgetReplenish: 0x22804,
  schedTasklet: 0x22805,
  schedule: 0x22806
} as const

/**
 * Events of `null`.
 *
 * @category constants
 * @since 0.1.0
 */
export const nullEvent = {
  pickedCpu: 0x22a01,
  unitAssign: 0x22a02,
  unitDeassign: 0x22a03,
  migrate: 0x22a04,
  schedule: 0x22a05,
  tasklet: 0x22a06
} as const

/**
 * The domid by which traces call the domain of the idle vCPUs.
 *
 * @category constants
 * @since 0.1.0
 */
export const traceIdleDomid = 0x7fff
