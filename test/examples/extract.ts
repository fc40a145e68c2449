import ts from 'typescript'

/** One piece of code from a document or a doc comment, to be compiled and run on its own. */
export interface Example {
  /** Where it stands, as `path:line` of its first line. */
  readonly place: string
  readonly code: string
  /** The file name under which other examples import it; they stand alone otherwise. */
  readonly name: string | null
}

/** The code fences marked `ts` of a Markdown text; `ts name=…` makes a module that others can import. */
export const fromMarkdown = (path: string, text: string): Example[] => {
  const examples: Example[] = []
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const fence = /^(\s*)```(\S*)(?: name=(\S+))?/.exec(lines[index] ?? '')
    if (fence === null) continue
    const indent = fence[1]?.length ?? 0
    const end = lines.findIndex((line, at) => at > index && /^\s*```\s*$/.test(line))
    if (end === -1) throw new Error(`${path}:${index + 1} opens a fence that nothing closes`)
    if (fence[2] === 'ts') {
      const code = lines.slice(index + 1, end).map((line) => line.slice(indent))
      examples.push({ place: `${path}:${index + 2}`, code: code.join('\n'), name: fence[3] ?? null })
    }
    index = end
  }
  return examples
}

/** The text of each `@example` of a doc comment, with the line of the comment that it starts on. */
const examplesOfComment = (
  comment: string
): ReadonlyArray<{ readonly line: number; readonly code: string }> => {
  const found: Array<{ line: number; lines: string[] }> = []
  let isInside = false
  for (const [index, raw] of comment.split('\n').entries()) {
    const text = raw.replace(/^\s*\*\/.*$/, '').replace(/^\s*\* ?/, '')
    if (/^@\w+/.test(text)) {
      isInside = text.startsWith('@example')
      if (isInside) found.push({ line: index + 1, lines: [] })
    } else if (isInside) found.at(-1)?.lines.push(text.replace(/\s*\*\/$/, ''))
  }
  return found.map(({ line, lines }) => {
    const isFenced = lines.some((text) => text.startsWith('```'))
    const code = isFenced ? lines.map((text) => (text.startsWith('```') ? '' : text)) : lines
    return { line, code: code.join('\n').trimEnd() }
  })
}

/** Every `@example` of the doc comments of a source file. */
export const fromSource = (path: string, text: string): Example[] => {
  const examples: Example[] = []
  const scanner = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const seen = new Set<number>()
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(text, node.pos) ?? []) {
      const comment = text.slice(range.pos, range.end)
      if (seen.has(range.pos) || !comment.startsWith('/**')) continue
      seen.add(range.pos)
      const first = scanner.getLineAndCharacterOfPosition(range.pos).line + 1
      for (const { line, code } of examplesOfComment(comment)) {
        examples.push({ place: `${path}:${first + line}`, code, name: null })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(scanner)
  return examples
}
