import ts from 'typescript'

import { importsOf, lineOf, targetOf, walk, type Source } from './sources.js'

export const linesMax = 400
export const functionLinesMax = 60
export const columnsMax = 110

/** Written in the first comment of a file that has a reason to be longer. */
export const excuse = 'Longer than 400 lines because '

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n')

/** The comment at the very top of a file, or ''. */
const firstComment = (text: string): string => {
  const range = ts.getLeadingCommentRanges(text, 0)?.[0]
  return range === undefined ? '' : text.slice(range.pos, range.end)
}

/**
 * Too many lines, or a line too long. A line that is one unbroken word, such as a digest, can't be broken.
 */
export const lengthComplaints = ({ path, text }: Source): string[] => {
  const lines = linesOf(text)
  const complaints: string[] = []
  const isExcused = firstComment(text)
    .replace(/\s+\*?\s*/g, ' ')
    .includes(excuse)
  if (lines.length > linesMax && !isExcused) complaints.push(`${path} has ${lines.length} lines`)
  for (const [index, line] of lines.entries()) {
    if (line.length > columnsMax) complaints.push(`${path}:${index + 1} has ${line.length} columns`)
  }
  return complaints
}

/** Functions that do not fit on a screen. */
export const functionComplaints = (file: Source): string[] => {
  const complaints: string[] = []
  walk(file.tree, (node) => {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return
    const first = lineOf(file, node)
    const last = file.tree.getLineAndCharacterOfPosition(node.end).line + 1
    const length = last - first + 1
    if (length > functionLinesMax) complaints.push(`${file.path}:${first} has a function of ${length} lines`)
  })
  return complaints
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false)

/** Default exports, nameless `export *`, `let` at module level, enums, `any`, switched-off checks. */
export const habitComplaints = (file: Source): string[] => {
  const complaints: string[] = []
  const say = (node: ts.Node, text: string): void => {
    complaints.push(`${file.path}:${lineOf(file, node)} has ${text}`)
  }
  for (const node of file.tree.statements) {
    if (ts.isVariableStatement(node) && (node.declarationList.flags & ts.NodeFlags.Const) === 0) {
      say(node, 'a variable at module level')
    }
    if (ts.isExportAssignment(node)) say(node, 'a default export')
    if (ts.isExportDeclaration(node) && node.exportClause === undefined)
      say(node, 'an `export *` without a name')
    if (ts.isExpressionStatement(node)) say(node, 'a statement that runs on import')
    if (ts.isImportDeclaration(node) && node.importClause === undefined)
      say(node, 'an import for its effects')
  }
  walk(file.tree, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) say(node, '`any`')
    if (node.kind === ts.SyntaxKind.DefaultKeyword && ts.isFunctionDeclaration(node.parent)) {
      say(node, 'a default export')
    }
    if (ts.isEnumDeclaration(node)) say(node, 'an enum')
  })
  const escape = /@ts-(ignore|nocheck|expect-error)|eslint-disable|prettier-ignore/.exec(file.text)
  if (escape !== null) complaints.push(`${file.path} switches a check off: ${escape[0]}`)
  return complaints
}

/** The doc comments that stand right above a statement. */
const docOf = ({ text }: Source, node: ts.Node): string =>
  (ts.getLeadingCommentRanges(text, node.pos) ?? [])
    .map(({ pos, end }) => text.slice(pos, end))
    .filter((comment) => comment.startsWith('/**'))
    .at(-1) ?? ''

const nameOf = (node: ts.Statement): string => {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map((d) => d.name.getText()).join()
  const { name } = node as ts.Statement & { readonly name?: ts.Node }
  return name?.getText() ?? node.getText().slice(0, 20)
}

/**
 * What the indexes let out of a folder: by file, the names, or null for all of a file that is a namespace.
 */
export type Exposed = ReadonlyMap<string, ReadonlySet<string> | null>

/** Everything that some `index.ts` re-exports. The rest is private to its folder. */
export const exposedBy = (files: readonly Source[]): Exposed => {
  const exposed = new Map<string, Set<string> | null>()
  for (const file of files.filter(({ path }) => path.endsWith('/index.ts'))) {
    for (const node of file.tree.statements) {
      if (!ts.isExportDeclaration(node) || node.moduleSpecifier === undefined) continue
      const target = targetOf(file, (node.moduleSpecifier as ts.StringLiteral).text)
      const clause = node.exportClause
      if (clause === undefined || ts.isNamespaceExport(clause)) exposed.set(target, null)
      else if (exposed.get(target) !== null) {
        const names = exposed.get(target) ?? new Set<string>()
        for (const { name, propertyName } of clause.elements) names.add((propertyName ?? name).text)
        exposed.set(target, names)
      }
    }
  }
  return exposed
}

/**
 * Exports that leave their folder without `@since` or `@category`, and files that do not open with `@since`.
 */
export const docComplaints =
  (exposed: Exposed) =>
  (file: Source): string[] => {
    const complaints: string[] = []
    if (!/@since \d+\.\d+\.\d+/.test(firstComment(file.text))) {
      complaints.push(`${file.path} does not open with a comment that says @since`)
    }
    const names = exposed.get(file.path)
    const documented = new Set<string>()
    for (const node of file.tree.statements) {
      const name = nameOf(node)
      const isOut = names === null || names?.has(name) === true
      // Overloads of one function share the comment of the first.
      if (!isExported(node) || !isOut || documented.has(name)) continue
      documented.add(name)
      const doc = docOf(file, node)
      const place = `${file.path}:${lineOf(file, node)} ${name}`
      if (!/@since \d+\.\d+\.\d+/.test(doc)) complaints.push(`${place} has no @since`)
      if (!/@category [a-z]+/.test(doc)) complaints.push(`${place} has no @category`)
    }
    return complaints
  }

/** The sections of a module file, in their order. */
const sections = [
  ...['model', 'errors', 'constants', 'constructors', 'transitions', 'queries', 'combinators', 'instances'],
  'internal'
]

const rule = `// ${'-'.repeat(85)}`

/**
 * Ruled headings that are not ruled to column 88, not known, or not in order. A long section may be cut in
 * parts, each headed `section: part`.
 */
export const headingComplaints = ({ path, text }: Source): string[] => {
  const lines = linesOf(text)
  const complaints: string[] = []
  const seen = new Set<string>()
  let last = -1
  for (const [index, line] of lines.entries()) {
    const [above = '', below = ''] = [lines[index - 1], lines[index + 1]]
    if (!isRule(above) || !isRule(below) || !line.startsWith('// ')) continue
    const heading = line.slice(3)
    const section = heading.split(':')[0] ?? ''
    const place = `${path}:${index + 1} heading "${heading}"`
    const isRuled = above === rule && below === rule
    if (!isRuled) complaints.push(`${place} is not ruled to column 88`)
    const at = sections.indexOf(section)
    if (at === -1) complaints.push(`${place} is not one of: ${sections.join(', ')}`)
    else if (at < last || seen.has(heading)) complaints.push(`${place} is out of order`)
    seen.add(heading)
    last = Math.max(last, at)
  }
  return complaints
}

const isRule = (line: string): boolean => /^\/\/ -{10,}$/.test(line)

/**
 * An index holds re-exports only, sorted by the file that they come from. The root index may also bind
 * things.
 */
export const indexComplaints = (file: Source): string[] => {
  if (!file.path.endsWith('/index.ts') || file.path === 'src/index.ts') return []
  const complaints: string[] = []
  for (const node of file.tree.statements) {
    if (!ts.isExportDeclaration(node) || node.moduleSpecifier === undefined) {
      complaints.push(`${file.path}:${lineOf(file, node)} is not a re-export`)
    }
  }
  const specifiers = importsOf(file).map(({ specifier }) => specifier)
  if (!isSorted(specifiers) && !isSorted(specifiers.map((specifier) => specifier.toLowerCase()))) {
    complaints.push(`${file.path} is not sorted by file`)
  }
  return complaints
}

const isSorted = (texts: readonly string[]): boolean =>
  texts.every((text, index) => index === 0 || (texts[index - 1] ?? '') <= text)
