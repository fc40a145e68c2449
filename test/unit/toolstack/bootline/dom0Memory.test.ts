import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'

import { parseDom0Memory, resolveDom0Memory } from '../../../../src/toolstack/bootline/dom0Memory.js'

const gib = 262144
const mib = 256

const allocation = (text: string, availablePages: number) =>
  resolveDom0Memory(parseDom0Memory({}, text).memory, availablePages)

describe('dom0_mem (memory.md §6.5 and rows 56, 57)', () => {
  it.each([
    ['512M,max:1G', 16 * gib, 512 * mib, gib],
    ['-1G', 8 * gib, 7 * gib, undefined],
    ['min:2G,max:1G', 16 * gib, gib, gib],
    ['1G,max:1G', 6 * gib, gib, gib],
    ['min:2G,1G', 16 * gib, 2 * gib, undefined],
    ['4G', 2 * gib, 2 * gib, undefined],
    ['50%', 8 * gib, 4 * gib, undefined],
    ['1G+25%', 8 * gib, 3 * gib, undefined],
    ['-25%', 8 * gib, 6 * gib, undefined],
    ['-1G+25%', 8 * gib, 5 * gib, undefined],
    ['max:-1G', 8 * gib, 7 * gib, 7 * gib],
    ['1048576', 8 * gib, gib, undefined],
    ['1073741824b', 8 * gib, gib, undefined],
    ['0', 8 * gib, 8 * gib - 128 * mib, undefined],
    ['1T', gib, gib, undefined]
  ])('%s of %i pages', (text, available, pages, max) => {
    expect(allocation(text, available)).toEqual({ pages, maxPages: O.fromNullable(max) })
    expect(parseDom0Memory({}, text).isValid).toBe(true)
  })

  it('without the option all but a sixteenth, at most 128 MiB', () => {
    expect(resolveDom0Memory({}, 8 * gib)).toEqual({ pages: 8 * gib - 128 * mib, maxPages: O.none })
    expect(resolveDom0Memory({}, gib)).toEqual({ pages: 960 * mib, maxPages: O.none })
  })

  it('taking away more than there is leaves everything', () => {
    expect(allocation('-9G', 8 * gib).pages).toBe(8 * gib)
  })

  it.each(['', 'x', '1G,', '100%', '1%+1G', '1G+1G', '1G+1%+1%', '1G+', '1G%', '--1G', 'min:', '1Gx'])(
    '%j is a mistake',
    (text) => {
      expect(parseDom0Memory({}, text).isValid).toBe(false)
    }
  )

  it('what came before a mistake stays', () => {
    const { memory, isValid } = parseDom0Memory({}, 'max:2G,1Q')
    expect(isValid).toBe(false)
    expect(memory.max?.pages).toBe(2 * gib)
    expect(memory.size).toBeUndefined()
  })
})
