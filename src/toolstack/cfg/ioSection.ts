/**
 * Alternate p2m, trace buffers, and the ports, interrupts and memory of the host that a domain may touch.
 *
 * @since 0.1.0
 */
import { parseUnsigned } from './cNumber.js'
import { fatal, takeList, takeNumber, takeString } from './ConfigReader.js'
import type { Fatal } from './ConfigReader.js'
import { wordAmong } from './DomainParse.js'
import type { DomainParse, Section } from './DomainParse.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const ioSection: Section = (parse) => {
  const wrongAltp2m = takeAltp2m(parse)
  if (wrongAltp2m !== undefined) return wrongAltp2m
  const traceKb = takeNumber(parse.reader, 'vmtrace_buf_kb', true)
  if (traceKb !== undefined && traceKb !== 0) parse.build.vmtraceBufKb = traceKb
  return takeIoports(parse) ?? takeIrqs(parse) ?? takeIomem(parse)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const uintMax = 0xffff_ffff
const ushortMax = 0xffff

const altp2mModes = ['disabled', 'mixed', 'external', 'limited'] as const

const takeAltp2m = ({ reader, build }: DomainParse): Fatal | undefined => {
  const value = takeNumber(reader, 'altp2m', true)
  const text = value === undefined ? takeString(reader, 'altp2m') : undefined
  if (value !== undefined || text !== undefined) {
    const mode = value === undefined ? wordAmong(altp2mModes, text ?? '') : altp2mModes[value]
    const shown = value === undefined ? `"${text ?? ''}"` : String(value)
    if (mode === undefined) return fatal(reader, `ERROR: invalid value ${shown} for "altp2m"`)
    if (mode !== 'disabled') build.altp2m = mode
  }
  const count = takeNumber(reader, 'altp2m_count', true)
  if (count === undefined) return undefined
  if (count < 0 || count > ushortMax) {
    return fatal(reader, `ERROR: invalid value ${count} for "altp2m_count"`)
  }
  build.altp2mCount = count
  return undefined
}

/** `first` or `first-last` in hexadecimal. Anything after `first` is remarked on and ignored. */
const takeIoports = ({ reader, build }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'ioports')
  if (items === undefined) return undefined
  const ranges: Array<{ readonly first: number; readonly number: number }> = []
  for (const [index, item] of items.entries()) {
    if (item._tag === 'List') return fatal(reader, `xl: Unable to get element #${index} in ioport list`)
    const { text } = item
    const wrong = () => `xl: Invalid argument parsing ioport: ${text}`
    const first = parseUnsigned(text, 16)
    if (first.length === 0) return fatal(reader, wrong())
    if (first.value >= uintMax) return fatal(reader, `xl: ioport ${first.value.toString(16)} too big`)
    let last = first
    if (text[first.length] === '-') {
      const rest = text.slice(first.length + 1)
      last = parseUnsigned(rest, 16)
      if (last.length === 0 || last.length < rest.length) return fatal(reader, wrong())
      if (last.value >= uintMax) return fatal(reader, `xl: ioport ${last.value.toString(16)} too big`)
    } else if (first.length < text.length) {
      reader.lines.push(wrong())
    }
    ranges.push({ first: first.value, number: (last.value - first.value + 1) >>> 0 })
  }
  if (ranges.length > 0) build.ioports = ranges
  return undefined
}

const takeIrqs = ({ reader, build }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'irqs')
  if (items === undefined) return undefined
  const irqs: number[] = []
  for (const [index, item] of items.entries()) {
    if (item._tag === 'List') return fatal(reader, `xl: Unable to get element ${index} in irq list`)
    const irq = parseUnsigned(item.text, 10)
    if (irq.length === 0 || irq.length < item.text.length) {
      return fatal(reader, `xl: Invalid argument parsing irq: ${item.text}`)
    }
    if (irq.value >= uintMax) return fatal(reader, `xl: irq ${irq.value.toString(16)} too big`)
    irqs.push(irq.value)
  }
  if (irqs.length > 0) build.irqs = irqs
  return undefined
}

/** `START,COUNT[@GFN]` in hexadecimal pages. */
const takeIomem = ({ reader, build }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'iomem')
  if (items === undefined) return undefined
  const ranges: Array<{ readonly start: number; readonly number: number; readonly gfn?: number }> = []
  for (const [index, item] of items.entries()) {
    if (item._tag === 'List') return fatal(reader, `xl: Unable to get element ${index} in iomem list`)
    const range = parseIomem(item.text)
    if (range === undefined) return fatal(reader, `xl: Invalid argument parsing iomem: ${item.text}`)
    ranges.push(range)
  }
  if (ranges.length > 0) build.iomem = ranges
  return undefined
}

const parseIomem = (text: string) => {
  const start = parseUnsigned(text, 16)
  if (start.length === 0 || text[start.length] !== ',') return undefined
  const afterStart = text.slice(start.length + 1)
  const number = parseUnsigned(afterStart, 16)
  if (number.length === 0) return undefined
  const range = { start: start.value, number: number.value }
  const afterNumber = afterStart.slice(number.length)
  if (afterNumber === '') return range
  const gfnText = afterNumber.slice(1)
  const gfn = parseUnsigned(gfnText, 16)
  if (!afterNumber.startsWith('@') || gfn.length === 0 || gfn.length < gfnText.length) return undefined
  return { ...range, gfn: gfn.value }
}
