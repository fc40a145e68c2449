/**
 * Words, numbers and sizes as the hypervisor's own command-line parser reads them.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A number at the start of a text and what follows it. Beyond 64 bits the number wraps around.
 *
 * @category model
 * @since 0.1.0
 */
export interface LeadingNumber {
  readonly value: bigint
  readonly rest: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The words for yes and no; none for any other text, the empty one included.
 *
 * @category queries
 * @since 0.1.0
 */
export const parseBoolWord = (text: string): boolean | undefined => {
  if (['1', 'on', 'yes', 'true', 'enable'].includes(text)) return true
  return ['0', 'no', 'off', 'false', 'disable'].includes(text) ? false : undefined
}

/**
 * `name`, `no-name` or `name=<yes or no>`; none for any other text.
 *
 * @category queries
 * @since 0.1.0
 */
export const parseNamedBool = (name: string, text: string): boolean | undefined => {
  if (text === name) return true
  if (text === `no-${name}`) return false
  return text.startsWith(`${name}=`) ? parseBoolWord(text.slice(name.length + 1)) : undefined
}

/**
 * A number: `0x` is hexadecimal, a leading `0` octal. No sign; without digits it is 0.
 *
 * @category queries
 * @since 0.1.0
 */
export const leadingUnsigned = (text: string): LeadingNumber => {
  const hex = /^0[xX]([0-9a-fA-F]+)/.exec(text)
  if (hex !== null) return numberOf(text, { whole: hex[0], digits: hex[1] ?? '', prefix: '0x' })
  const octal = /^0[0-7]*/.exec(text)
  if (octal !== null) return numberOf(text, { whole: octal[0], digits: octal[0], prefix: '0o' })
  const decimal = /^[0-9]*/.exec(text)?.[0] ?? ''
  return numberOf(text, { whole: decimal, digits: decimal, prefix: '' })
}

/**
 * The same with a minus sign.
 *
 * @category queries
 * @since 0.1.0
 */
export const leadingSigned = (text: string): LeadingNumber => {
  if (!text.startsWith('-')) return leadingUnsigned(text)
  const { value, rest } = leadingUnsigned(text.slice(1))
  return { value: BigInt.asIntN(64, -value), rest }
}

/**
 * A size in bytes: a number and `b`, `k`, `m`, `g` or `t`; KiB if it has none. Before `%` it is the bare
 * number.
 *
 * @category queries
 * @since 0.1.0
 */
export const leadingSize = (text: string): LeadingNumber => {
  const { value, rest } = leadingUnsigned(text)
  const unit = rest.slice(0, 1).toLowerCase()
  if (unit === '%') return { value, rest }
  const shift = unitShifts[unit]
  return {
    value: BigInt.asUintN(64, value << (shift ?? unitShiftDefault)),
    rest: shift === undefined ? rest : rest.slice(1)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const unitShifts: Readonly<Record<string, bigint>> = { b: 0n, k: 10n, m: 20n, g: 30n, t: 40n }
const unitShiftDefault = 10n

const numberOf = (
  text: string,
  part: { readonly whole: string; readonly digits: string; readonly prefix: string }
): LeadingNumber => ({
  value: part.digits === '' ? 0n : BigInt.asUintN(64, BigInt(part.prefix + part.digits)),
  rest: text.slice(part.whole.length)
})
