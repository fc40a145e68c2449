/**
 * Random uuids, from a stream of the host's.
 *
 * @since 0.1.0
 */
import { Random } from '../../prelude/index.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A uuid of version 4, and the stream after it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const drawUuid = (random: Random.Random): Random.Drawn<string> => {
  let next = random
  const words: string[] = []
  for (let i = 0; i < 4; i += 1) {
    const [word, rest] = Random.nextUint32(next, 'uuid')
    words.push(word.toString(16).padStart(8, '0'))
    next = rest
  }
  const hex = words.join('')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`]
  return [[...parts, hex.slice(20)].join('-'), next]
}
