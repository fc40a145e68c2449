/**
 * `dom0_mem`: how much memory domain 0 gets (memory.md §6.5).
 *
 * @since 0.1.0
 */
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'

import { leadingSize } from './optionText.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `<size>`, `<percent>%` or `<size>+<percent>%` of what is available; with a minus sign, what is left of it.
 *
 * @category model
 * @since 0.1.0
 */
export interface MemorySize {
  readonly pages: number
  readonly percent: number
  readonly isMinus: boolean
}

/**
 * What `dom0_mem` said; a part it did not mention is absent.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dom0Memory {
  readonly size?: MemorySize
  readonly min?: MemorySize
  readonly max?: MemorySize
}

/**
 * What domain 0 gets. Without a `max` it may grow without limit.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dom0Allocation {
  readonly pages: number
  readonly maxPages: Option<number>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a value of `dom0_mem` on top of what earlier ones said. The parts before a mistake stay.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseDom0Memory = (
  start: Dom0Memory,
  text: string
): { readonly memory: Dom0Memory; readonly isValid: boolean } => {
  let memory = start
  for (const item of text.split(',')) {
    const part = item.startsWith('min:') ? 'min' : item.startsWith('max:') ? 'max' : 'size'
    const size = parseMemorySize(part === 'size' ? item : item.slice(4))
    if (size === undefined) return { memory, isValid: false }
    memory = { ...memory, [part]: size }
  }
  return { memory, isValid: true }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The amounts on a host with `availablePages` free pages for domain 0 (on its nodes, after what the
 * hypervisor keeps for its vCPUs): at least `min`, but never more than `max`, nor than there is. Without a
 * size all but a sixteenth, and that is at most 128 MiB.
 *
 * @category queries
 * @since 0.1.0
 */
export const resolveDom0Memory = (memory: Dom0Memory, availablePages: number): Dom0Allocation => {
  const wanted = memory.size === undefined ? 0 : pagesOf(memory.size, availablePages)
  const size = wanted === 0 ? defaultPages(availablePages) : wanted
  const min = memory.min === undefined ? 0 : pagesOf(memory.min, availablePages)
  const max = memory.max === undefined ? unlimited : pagesOf(memory.max, availablePages)
  const pages = Math.min(Math.max(size, min), max, availablePages)
  return { pages, maxPages: max >= maxPagesUnlimited ? O.none : O.some(max) }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const pageShift = 12n

/** The reservation of domain 0 when nothing is said: at most 128 MiB. */
const reservationMaxPages = 128 * 256

/** The hypervisor's counter of a domain's maximum has 32 bits, and all ones mean no limit. */
const maxPagesUnlimited = 0xffff_ffff

const unlimited = Number.MAX_SAFE_INTEGER

const defaultPages = (availablePages: number): number =>
  availablePages - Math.min(Math.floor(availablePages / 16), reservationMaxPages)

/** More than there is, taken away from what there is, wraps around to more than anybody has. */
const pagesOf = (size: MemorySize, availablePages: number): number => {
  const pages = Math.min(size.pages + Math.floor((size.percent * availablePages) / 100), unlimited)
  if (!size.isMinus) return pages
  return pages > availablePages ? unlimited : availablePages - pages
}

/** At most a size and a percentage, in this order, the percentage below 100. */
const parseMemorySize = (text: string): MemorySize | undefined => {
  const isMinus = text.startsWith('-')
  let rest = isMinus ? text.slice(1) : text
  let pages = 0
  for (let items = 0; items < 2; items += 1) {
    if (!/^[0-9]/.test(rest)) return undefined
    const number = leadingSize(rest)
    if (number.rest.startsWith('%')) {
      if (number.value >= 100n || number.rest !== '%') return undefined
      return { pages, percent: Number(number.value), isMinus }
    }
    if (items > 0) return undefined
    pages = Number(number.value >> pageShift)
    if (number.rest === '') return { pages, percent: 0, isMinus }
    if (!number.rest.startsWith('+')) return undefined
    rest = number.rest.slice(1)
  }
  return undefined
}
