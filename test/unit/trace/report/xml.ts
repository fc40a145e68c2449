/** An element as a strict reader of the XML that pictures are made of sees it. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  text: string
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"]
])

/** Text with its references resolved; a bare ampersand or a character that XML can't carry is an error. */
const resolve = (text: string): string => {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const isBad = (code < 0x20 && ![9, 10, 13].includes(code)) || (code >= 0xd800 && code <= 0xdfff)
    if (isBad) throw new Error(`character ${code} is not XML`)
  }
  return text.replace(/&[^;]{0,6};?/g, (reference) => {
    const plain = entities.get(reference)
    if (plain === undefined) throw new Error(`${reference} is not a reference`)
    return plain
  })
}

const attributesOf = (text: string): ReadonlyMap<string, string> => {
  const attributes = new Map<string, string>()
  const rest = text.replace(/\s+([a-zA-Z:-]+)="([^"<]*)"/g, (_, name: string, value: string) => {
    if (attributes.has(name)) throw new Error(`attribute ${name} stands twice`)
    attributes.set(name, resolve(value))
    return ''
  })
  if (rest.trim() !== '') throw new Error(`not attributes: ${rest}`)
  return attributes
}

/** Reads a document; throws where it is not well formed. */
export const parseXml = (text: string): Element => {
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' }
  const stack: Element[] = [root]
  for (let at = 0; at < text.length;) {
    const top = stack[stack.length - 1] as Element
    if (text[at] !== '<') {
      const end = text.indexOf('<', at)
      const chunk = text.slice(at, end < 0 ? text.length : end)
      top.text += resolve(chunk)
      if (stack.length === 1 && chunk.trim() !== '') throw new Error('text outside the root')
      at += chunk.length
      continue
    }
    const end = text.indexOf('>', at)
    if (end < 0) throw new Error('a tag does not end')
    const tag = text.slice(at + 1, end)
    at = end + 1
    if (tag.startsWith('/')) {
      if (stack.length === 1 || tag.slice(1) !== top.name)
        throw new Error(`</${tag.slice(1)}> closes nothing`)
      stack.pop()
      continue
    }
    const isEmpty = tag.endsWith('/')
    const [name = ''] = tag.split(/[\s/]/)
    if (!/^[a-zA-Z]+$/.test(name)) throw new Error(`not a name: ${name}`)
    const attributes = attributesOf(tag.slice(name.length, isEmpty ? -1 : undefined))
    const element: Element = { name, attributes, children: [], text: '' }
    top.children.push(element)
    if (!isEmpty) stack.push(element)
  }
  if (stack.length !== 1 || root.children.length !== 1) throw new Error('not one closed root')
  return root.children[0] as Element
}

/** An element and everything in it. */
export const allOf = (element: Element): ReadonlyArray<Element> => [
  element,
  ...element.children.flatMap((child) => allOf(child))
]
