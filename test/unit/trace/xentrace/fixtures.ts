import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

import { decodeXentrace } from '../../../../src/trace/index.js'
import type { Xentrace } from '../../../../src/trace/index.js'

/** What `xenalyze` printed about a trace, by option. */
export interface Xenalyzed {
  readonly summary: string
  readonly 'dump-all': string
  readonly 'scatterplot-pcpu': string
}

export const traceNames = [
  'credit2-sched',
  'credit2-sched-min',
  'credit2-all',
  'rtds-sched',
  'rtds-all'
] as const

export type TraceName = (typeof traceNames)[number]

/** The speed that xenalyze takes for granted, and the real one of the recorded machine. */
export const xenalyzeHz = 2_400_000_000
export const machineHz = 2_300_000_000

export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/xentrace/${name}`, import.meta.url))

export const traceBytes = (name: TraceName): Uint8Array =>
  new Uint8Array(gunzipSync(readFileSync(fixturePath(`${name}.bin.gz`))))

export const traceOf = (name: TraceName): Xentrace => {
  const decoded = decodeXentrace(traceBytes(name))
  if (decoded._tag === 'Left') throw new Error(`${name}: ${decoded.left.offset}: ${decoded.left.reason}`)
  return decoded.right
}

const texts = JSON.parse(gunzipSync(readFileSync(fixturePath('xenalyze.json.gz'))).toString()) as Record<
  TraceName,
  Xenalyzed
>

export const xenalyzed = (name: TraceName): Xenalyzed => texts[name]
