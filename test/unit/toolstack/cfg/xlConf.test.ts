import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { isAutoballoonOn, parseXlConf, xlSettingsDefault } from '../../../../src/toolstack/cfg/xlConf.js'

describe('xl.conf (xl-cfg.md §9)', () => {
  it('an empty file leaves the defaults', () => {
    expect(parseXlConf('xl.conf', '')).toEqual(E.right({ settings: xlSettingsDefault, lines: [] }))
  })

  it('keys', () => {
    const text = [
      ...['autoballoon="off"', 'domid_policy="random"', 'run_hotplug_scripts=0', 'claim_mode=0'],
      ...['vif.default.bridge="b"', 'max_grant_frames=7', 'output_format="sxp"', 'blkdev_start="xvdb"']
    ].join('\n')
    expect(parseXlConf('xl.conf', text)).toEqual(
      E.right({
        settings: {
          ...xlSettingsDefault,
          autoballoon: 'off',
          domidPolicy: 'random',
          runHotplugScripts: false,
          claimMode: false,
          vifBridge: 'b',
          maxGrantFrames: 7,
          outputFormat: 'sxp',
          blkdevStart: 'xvdb'
        },
        lines: []
      })
    )
  })

  it('unknown words are remarked on', () => {
    const parsed = parseXlConf('xl.conf', 'autoballoon="x"\ndomid_policy="y"\n')
    expect(E.isRight(parsed) ? parsed.right.lines : []).toEqual([
      'invalid autoballoon option',
      'invalid domid_policy option'
    ])
  })

  it('a syntax error ends the program', () => {
    const parsed = parseXlConf('xl.conf', 'a=\n')
    expect(E.isLeft(parsed) ? parsed.left.at(-1) : '').toBe('Failed to parse config file: Invalid argument')
  })

  it.each([
    ['dom0_mem=1G,max:1G dom0_max_vcpus=2', false],
    ['sched=credit dom0_mem=min:512M,max:50%,1G+10%', false],
    ['dom0_mem=1024', false],
    ['dom0_mem=', true],
    ['xdom0_mem=1G', true],
    ['dom0_mem=1Gx', true],
    ['', true]
  ])('auto on %j', (commandLine, isOn) => {
    expect(isAutoballoonOn(xlSettingsDefault, commandLine)).toBe(isOn)
    expect(isAutoballoonOn({ ...xlSettingsDefault, autoballoon: 'on' }, commandLine)).toBe(true)
    expect(isAutoballoonOn({ ...xlSettingsDefault, autoballoon: 'off' }, commandLine)).toBe(false)
  })
})
