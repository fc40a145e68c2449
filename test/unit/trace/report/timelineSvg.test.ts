import { describe, expect, it } from 'vitest'

import { colourOfForced, fillOfIdle, palette } from '../../../../src/trace/report/palette.js'
import { addToTimeline, emptyTimeline } from '../../../../src/trace/report/Timeline.js'
import type { Timeline } from '../../../../src/trace/report/Timeline.js'
import { timelineSvg, timelineSvgDefaults } from '../../../../src/trace/report/timelineSvg.js'
import { boot, build, flat, hog, ms, run, sleeper } from './laboratory.js'
import type { DomainSketch, Laboratory } from './laboratory.js'
import { allOf, parseXml } from './xml.js'
import type { Element } from './xml.js'

const timelineOf = (lab: Laboratory, sketches: ReadonlyArray<DomainSketch>, toNs: number): Timeline => {
  const timeline = emptyTimeline(lab.host)
  for (const sketch of sketches) addToTimeline(timeline, build(lab, sketch), lab.host)
  while (lab.host.nowNs < toNs)
    addToTimeline(timeline, run(lab, Math.min(toNs, lab.host.nowNs + 50 * ms)), lab.host)
  return timeline
}

const draw = (timeline: Timeline, title = 'a run'): ReadonlyArray<Element> =>
  allOf(parseXml(timelineSvg(timeline, { ...timelineSvgDefaults, title })))

const textsOf = (elements: ReadonlyArray<Element>): ReadonlyArray<string> =>
  elements.filter(({ name }) => name === 'text').map(({ text }) => text)

const number = (element: Element, attribute: string): number => Number(element.attributes.get(attribute))

const two: ReadonlyArray<DomainSketch> = [
  { domid: 1, name: 'first', vcpus: [sleeper(5 * ms, 5 * ms)] },
  { domid: 2, name: 'second', vcpus: [hog] }
]

describe('timelineSvg', () => {
  it('draws a stretch of running where and as long as it was, in the colour of its domain', () => {
    const elements = draw(timelineOf(boot(flat(2)), two, 20 * ms))
    const blocks = elements.filter(({ children }) => children.some(({ text }) => / ran /.test(text)))
    expect(blocks.map(({ children }) => children[0]?.text)).toEqual([
      'd1v0 ran 5.00 ms from 0',
      'd1v0 ran 5.00 ms from 10.0 ms',
      'd2v0 ran 20.0 ms from 0'
    ])
    const [early, late, whole] = blocks as unknown as readonly [Element, Element, Element]
    expect(number(early, 'width') / number(whole, 'width')).toBeCloseTo(0.25, 3)
    expect((number(late, 'x') - number(early, 'x')) / number(whole, 'width')).toBeCloseTo(0.5, 3)
    const fills = [early, late, whole].map(({ attributes }) => attributes.get('fill'))
    expect(fills).toEqual([palette[0]?.fill, palette[0]?.fill, palette[1]?.fill])
  })

  it('names rows, domains, idle time, sockets and times', () => {
    const texts = textsOf(draw(timelineOf(boot(flat(2)), two, 20 * ms), 'two domains'))
    const wanted = ['two domains', 'pCPU 0', 'pCPU 1', 'socket 0', '0 ms', '20 ms', 'd1v0', 'd2v0']
    for (const text of wanted) expect(texts).toContain(text)
    expect(texts).toContain('first (d1): 25.0 %')
    expect(texts).toContain('second (d2): 50.0 %')
    expect(texts).toContain('idle: 25.0 %')
  })

  it('shows forced idling in a colour and a line of the legend of its own', () => {
    const topology = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1 }
    const lab = (): Laboratory => boot(topology, { granularity: 'core' })
    const elements = draw(timelineOf(lab(), [{ domid: 1, vcpus: [sleeper(5 * ms, 5 * ms)] }], 20 * ms))
    const blocks = elements.filter(({ attributes }) => attributes.get('fill') === colourOfForced.fill)
    const titles = blocks.flatMap(({ children }) => children.map(({ text }) => text))
    expect(titles).toEqual(['forced to idle for 5.00 ms from 0', 'forced to idle for 5.00 ms from 10.0 ms'])
    expect(textsOf(elements)).toEqual(expect.arrayContaining(['forced idle: 25.0 %', 'idle: 50.0 %']))
    const summed = draw(timelineOf(lab(), [{ domid: 1, vcpus: [sleeper(ms, ms)] }], 2_000 * ms))
    expect(textsOf(summed)).toEqual(expect.arrayContaining(['forced idle: 25.0 %', 'idle: 50.0 %']))
    expect(
      summed.filter(
        ({ name, attributes }) => name === 'path' && attributes.get('fill') === colourOfForced.fill
      )
    ).toHaveLength(1)
  })

  it('escapes names and titles, whatever is in them', () => {
    const name = `<script>alert("&'")</script>\u0001\ud800]]>`
    const sketches = [{ domid: 1, name, vcpus: [hog] }]
    const elements = draw(timelineOf(boot(flat(1)), sketches, 5 * ms), name)
    expect(elements.filter((element) => element.name === 'script')).toEqual([])
    expect(textsOf(elements)).toContain(`<script>alert("&'")</script>\ufffd\ufffd]]>`)
  })

  it('draws long runs in columns that fill a row as far as it was busy', () => {
    const sketches = [{ domid: 1, vcpus: [sleeper(ms, ms)] }]
    const elements = draw(timelineOf(boot(flat(1)), sketches, 8_000 * ms))
    const path = elements.find(
      ({ attributes }) => attributes.get('fill') === palette[0]?.fill && attributes.has('d')
    )
    const columns = [
      ...(path?.attributes.get('d') ?? '').matchAll(/M[\d.]+ [\d.]+h([\d.]+)v([\d.]+)h-[\d.]+z/g)
    ]
    const area = columns.reduce((sum, [, wide, high]) => sum + Number(wide) * Number(high), 0)
    const idle = elements.find(
      ({ attributes }) => attributes.get('fill') === fillOfIdle && attributes.has('d')
    )
    const [, from, to, high] =
      /M([\d.]+) [\d.]+H([\d.]+)v([\d.]+)/.exec(idle?.attributes.get('d') ?? '') ?? []
    const whole = (Number(to) - Number(from)) * Number(high)
    expect(columns.length).toBeGreaterThan(100)
    expect(area / whole).toBeCloseTo(0.5, 1)
  })

  it('is of bounded size, for a long run of a large machine', () => {
    const many = Array.from({ length: 24 }, (_, i) => sleeper(ms + i * 10_000, ms))
    const sketches = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((domid) => ({ domid, vcpus: many }))
    const timeline = timelineOf(
      boot({ sockets: 4, coresPerSocket: 8, threadsPerCore: 2, nodesTotal: 4 }),
      sketches,
      600 * ms
    )
    const svg = timelineSvg(timeline)
    expect(svg.length).toBeLessThan(3_000_000)
    expect(textsOf(allOf(parseXml(svg)))).toContainEqual(expect.stringMatching(/^2 other domains: /))
  })

  it('can be drawn of a window of no length', () => {
    const svg = timelineSvg(emptyTimeline(boot(flat(3)).host))
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    parseXml(svg)
  })
})
