import { describe, expect, it } from 'vitest'

import { parseBootLine } from '../../../../src/toolstack/bootline/parseBootLine.js'
import { resolveDom0Vcpus, xenBootOptionsDefault } from '../../../../src/toolstack/bootline/XenBootOptions.js'

const options = (text: string) => parseBootLine(text).options
const log = (text: string) => parseBootLine(text).parseLines

describe('the command lines of the recorded machines', () => {
  const line =
    'console=com1 com1=115200,8n1 dom0_mem=1G,max:1G dom0_max_vcpus=2 loglvl=all guest_loglvl=all ' +
    'noreboot=1 conring_size=2M sched=rtds clocksource=tsc tsc=stable:socket'

  it('are understood without a remark', () => {
    const parsed = parseBootLine(line)
    expect(parsed.parseLines).toEqual([])
    expect(parsed.adjustLines).toEqual([])
    const gib = { pages: 262144, percent: 0, isMinus: false }
    expect(parsed.options).toEqual({
      ...xenBootOptionsDefault,
      commandLine: line,
      console: 'com1',
      com1: '115200,8n1',
      dom0Memory: { size: gib, max: gib },
      dom0MaxVcpusMin: 2,
      dom0MaxVcpusMax: 2,
      loglvl: 'all',
      guestLoglvl: 'all',
      noreboot: true,
      conringSizeBytes: 2097152,
      sched: 'rtds',
      idle: [
        { name: 'clocksource', value: 'tsc' },
        { name: 'tsc', value: 'stable:socket' }
      ]
    })
  })
})

describe('the shape of a line', () => {
  it('an empty line leaves the defaults', () => {
    expect(options('')).toEqual(xenBootOptionsDefault)
    expect(options('   ')).toEqual({ ...xenBootOptionsDefault, commandLine: '   ' })
  })

  it('blanks separate, tabs and quotes do not', () => {
    expect(log('noreboot\tsmt')).toEqual(['parameter "noreboot\tsmt" unknown!'])
    expect(log('"noreboot"')).toEqual(['parameter ""noreboot"" unknown!'])
  })

  it('what follows -- is for domain 0', () => {
    const parsed = options('noreboot --  root=/dev/sda1 quiet')
    expect(parsed.commandLine).toBe('noreboot')
    expect(parsed.dom0CommandLine).toBe('root=/dev/sda1 quiet')
    expect(options('--').dom0CommandLine).toBe('')
  })

  it('the later option wins', () => {
    expect(options('sched=credit sched=rtds').sched).toBe('rtds')
  })

  it('names are case sensitive and whole', () => {
    expect(log('Noreboot norebootx nosuch=1 __proto__ toString')).toEqual([
      'parameter "Noreboot" unknown!',
      'parameter "norebootx" unknown!',
      'parameter "nosuch" unknown!',
      'parameter "__proto__" unknown!',
      'parameter "toString" unknown!'
    ])
  })

  it('an option is cut after 127 characters', () => {
    expect(options(`com1=${'x'.repeat(200)}`).com1).toBe('x'.repeat(122))
  })

  it('known options without effect are listed', () => {
    expect(
      options('iommu=no ucode=scan console_timestamps=boot no-x2apic ivrs_ioapic[4]=00:14.0').idle
    ).toEqual([
      { name: 'iommu', value: 'no' },
      { name: 'ucode', value: 'scan' },
      { name: 'console_timestamps', value: 'boot' },
      { name: 'x2apic', value: '0' },
      { name: 'ivrs_ioapic[', value: '[4]=00:14.0' }
    ])
  })
})

describe('types of values', () => {
  it.each([
    ['noreboot', true],
    ['noreboot=1', true],
    ['noreboot=yes', true],
    ['noreboot=enable', true],
    ['noreboot=0', false],
    ['noreboot=disable', false],
    ['no-noreboot', false],
    ['no-noreboot=off', true],
    ['noreboot=', true]
  ])('%s', (text, value) => {
    expect(options(text).noreboot).toBe(value)
    expect(log(text)).toEqual([])
  })

  it('a word that is neither yes nor no is reported and changes nothing', () => {
    expect(log('smt=maybe')).toEqual(['parameter "smt" has invalid value "maybe", rc=-1!'])
    expect(options('smt=maybe').smt).toBeUndefined()
    expect(options('smt=0').smt).toBe(false)
  })

  it.each([
    ['sched_ratelimit_us=2000', 2000],
    ['sched_ratelimit_us=0x3e8', 1000],
    ['sched_ratelimit_us=01750', 1000]
  ])('%s', (text, value) => {
    expect(options(text).schedRatelimitUs).toBe(value)
  })

  it('a number with a tail is reported, and taken', () => {
    const parsed = parseBootLine('sched_ratelimit_us=2000us')
    expect(parsed.options.schedRatelimitUs).toBe(2000)
    expect(parsed.parseLines).toEqual(['parameter "sched_ratelimit_us" has invalid value "2000us", rc=-22!'])
  })

  it('a number beyond 32 bits is reported, and not taken', () => {
    const parsed = parseBootLine('timer_slop=4294967296')
    expect(parsed.options.timerSlopNs).toBe(50_000)
    expect(parsed.parseLines).toEqual(['parameter "timer_slop" has invalid value "4294967296", rc=-75!'])
  })

  it('negative numbers', () => {
    expect(options('credit2_balance_over=-5 credit2_balance_under=-1')).toMatchObject({
      credit2BalanceOver: -5,
      credit2BalanceUnder: -1
    })
  })

  it.each([
    ['conring_size=16', 16384],
    ['conring_size=512b', 512],
    ['conring_size=1m', 1048576],
    ['conring_size=0x10K', 16384]
  ])('%s', (text, value) => {
    expect(options(text).conringSizeBytes).toBe(value)
  })

  it('an inverted option that is no switch', () => {
    expect(log('no-dom0=pvh')).toEqual(['parameter "no-dom0" has invalid value "pvh", rc=-22!'])
    expect(log('no-dom0')).toEqual(['parameter "no-dom0" has invalid value "no", rc=-22!'])
    expect(log('no-iommu')).toEqual([])
  })
})

describe('domain 0', () => {
  it.each([
    ['4', 4, 4],
    ['4-', 4, undefined],
    ['-4', 1, 4],
    ['2-4', 2, 4],
    ['0', 1, 1]
  ])('dom0_max_vcpus=%s', (text, min, max) => {
    const parsed = options(`dom0_max_vcpus=${text}`)
    expect([parsed.dom0MaxVcpusMin, parsed.dom0MaxVcpusMax]).toEqual([min, max])
    expect(log(`dom0_max_vcpus=${text}`)).toEqual([])
  })

  it.each([
    ['', 8, 8],
    ['dom0_max_vcpus=2', 8, 2],
    ['dom0_max_vcpus=12', 8, 12],
    ['dom0_max_vcpus=4-8', 2, 4],
    ['dom0_max_vcpus=4-8', 6, 6],
    ['dom0_max_vcpus=4-8', 10, 8],
    ['dom0_max_vcpus=-3', 8, 3],
    ['dom0=pvh', 200, 128]
  ])('%j on %i pCPUs gives %i vCPUs', (text, cpus, vcpus) => {
    expect(resolveDom0Vcpus(options(text), cpus)).toBe(vcpus)
  })

  it('nodes, pinning, type', () => {
    expect(options('dom0_nodes=0,2,relaxed dom0_vcpus_pin dom0=pvh,shadow,verbose=0')).toMatchObject({
      dom0Nodes: [0, 2],
      dom0AffinityRelaxed: true,
      dom0VcpusPin: true,
      dom0Type: 'pvh',
      dom0Shadow: true
    })
    expect(log('dom0_nodes=0,x dom0=hvm dom0_max_vcpus=x')).toEqual([
      'parameter "dom0_nodes" has invalid value "0,x", rc=-22!',
      'parameter "dom0" has invalid value "hvm", rc=-22!'
    ])
    expect(options('dom0_nodes=1,x,0').dom0Nodes).toEqual([1, 0])
  })

  it('grant tables', () => {
    expect(options('gnttab=max-ver:1,no-transitive gnttab_max_frames=10')).toMatchObject({
      gnttabMaxVersion: 1,
      gnttabTransitive: false,
      gnttabTransfer: true,
      gnttabMaxFrames: 10
    })
    expect(log('gnttab=max-ver:3')).toHaveLength(1)
  })
})

describe('schedulers (scheduling.md §5.4, scheduling-credit2.md §1)', () => {
  it('an unknown scheduler gives the compiled default and a message', () => {
    const parsed = parseBootLine('sched=bogus')
    expect(parsed.options.sched).toBe('credit2')
    expect(parsed.adjustLines[0]).toBe('Could not find scheduler: bogus')
  })

  it.each([
    ['sched_ratelimit_us=99', 'schedRatelimitUs', 1000],
    ['sched_ratelimit_us=100', 'schedRatelimitUs', 100],
    ['sched_ratelimit_us=500000', 'schedRatelimitUs', 500000],
    ['sched_ratelimit_us=500001', 'schedRatelimitUs', 1000],
    ['sched_ratelimit_us=0', 'schedRatelimitUs', 0],
    ['sched_credit_tslice_ms=0', 'schedCreditTsliceMs', 30],
    ['sched_credit_tslice_ms=-1', 'schedCreditTsliceMs', 30],
    ['sched_credit_tslice_ms=1000', 'schedCreditTsliceMs', 1000],
    ['sched_credit_tslice_ms=1001', 'schedCreditTsliceMs', 30],
    ['vcpu_migration_delay=100000', 'vcpuMigrationDelayUs', 100000],
    ['vcpu_migration_delay=100001', 'vcpuMigrationDelayUs', 0],
    ['load-balance-ratelimit=1000001', 'loadBalanceRatelimitUs', 1000000],
    ['credit2_load_precision_shift=3', 'credit2LoadPrecisionShift', 4],
    ['credit2_load_window_shift=10', 'credit2LoadWindowShift', 30],
    ['credit2_load_window_shift=11', 'credit2LoadWindowShift', 11],
    ['credit2_cap_period_ms=0', 'credit2CapPeriodMs', 10],
    ['sched_credit2_max_cpus_runqueue=8', 'schedCredit2MaxCpusRunqueue', 8],
    ['tickle_one_idle_cpu=0', 'tickleOneIdleCpu', false],
    ['sched_smt_power_savings', 'schedSmtPowerSavings', true]
  ] as const)('%s', (text, key, value) => {
    expect(options(text)[key]).toBe(value)
  })

  it('words of an option', () => {
    expect(options('sched-gran=core credit2_runqueue=node')).toMatchObject({
      schedGranularity: 'core',
      credit2Runqueue: 'node'
    })
    expect(log('sched-gran=thread credit2_runqueue=x')).toEqual([
      'parameter "sched-gran" has invalid value "thread", rc=-22!',
      'parameter "credit2_runqueue" has invalid value "x", rc=-22!'
    ])
    expect(options('sched-gran=thread credit2_runqueue=x')).toMatchObject({
      schedGranularity: 'cpu',
      credit2Runqueue: 'socket'
    })
  })

  it('maxcpus=0 is no limit', () => {
    expect(options('maxcpus=0').maxcpus).toBeUndefined()
    expect(options('maxcpus=3').maxcpus).toBe(3)
  })
})
