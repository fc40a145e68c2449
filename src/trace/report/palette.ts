/**
 * Colours that people with any kind of colour vision tell apart, and text that is safe inside XML.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A fill, and the colour of text that is readable on it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Colour {
  readonly fill: string
  readonly text: string
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The palette of Okabe and Ito (2008) without black, in an order that keeps neighbours apart in brightness
 * too.
 *
 * @category constants
 * @since 0.1.0
 */
export const palette: ReadonlyArray<Colour> = [
  { fill: '#0072b2', text: '#ffffff' },
  { fill: '#e69f00', text: '#000000' },
  { fill: '#009e73', text: '#ffffff' },
  { fill: '#cc79a7', text: '#000000' },
  { fill: '#56b4e9', text: '#000000' },
  { fill: '#d55e00', text: '#ffffff' },
  { fill: '#f0e442', text: '#000000' }
]

/**
 * For everything that has no colour of its own.
 *
 * @category constants
 * @since 0.1.0
 */
export const colourOfOthers: Colour = { fill: '#6b6b6b', text: '#ffffff' }

/**
 * For pCPUs that idle because another one of their core or socket is busy.
 *
 * @category constants
 * @since 0.1.0
 */
export const colourOfForced: Colour = { fill: '#a9b2ba', text: '#000000' }

/**
 * The background that shows where nothing runs.
 *
 * @category constants
 * @since 0.1.0
 */
export const fillOfIdle = '#dfe4e8'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Text as XML content or attribute value. Characters that XML can't carry become U+FFFD.
 *
 * @category queries
 * @since 0.1.0
 */
export const escapeXml = (text: string): string => {
  let escaped = ''
  for (const character of text) {
    const code = character.codePointAt(0) as number
    const isSurrogate = code >= 0xd800 && code <= 0xdfff
    const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d
    const named = xmlNames.find(([plain]) => plain === character)
    if (named !== undefined) escaped += named[1]
    else escaped += isSurrogate || isControl || code === 0xfffe || code === 0xffff ? '\ufffd' : character
  }
  return escaped
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const xmlNames: ReadonlyArray<readonly [string, string]> = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;']
]
