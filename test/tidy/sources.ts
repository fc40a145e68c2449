import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

import ts from 'typescript'

/** A file of the project with its path from the root, and its syntax tree. */
export interface Source {
  readonly path: string
  readonly text: string
  readonly tree: ts.SourceFile
}

/** One import or re-export: where it stands, what it names, whether it is gone after compilation. */
export interface Import {
  readonly line: number
  readonly specifier: string
  readonly isTypeOnly: boolean
}

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

export const source = (path: string, text: string): Source => ({
  path,
  text,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
})

/**
 * Folders that hold what is made or fetched, not what is written: the ones of `.gitignore`, and git's own.
 */
const isMade = (name: string): boolean =>
  ['.git', 'node_modules', 'dist', 'coverage', '.tmp', 'temp', 'out'].includes(name) || name.endsWith('.tgz')

/** Paths of all files under `folder`, from the root of the project, sorted. */
export const filesUnder = (folder: string): string[] => {
  const found: string[] = []
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name)
    if (isMade(entry.name)) continue
    if (entry.isDirectory()) found.push(...filesUnder(path))
    else if (entry.isFile()) found.push(path)
  }
  return found.sort()
}

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every file of the tree that a rule about code may look at, parsed once. */
export const sourcesUnder = (folder: string, pattern: RegExp = /\.ts$/): Source[] =>
  filesUnder(folder)
    .filter((path) => pattern.test(path))
    .map((path) => source(path, textOf(path)))

export const lineOf = ({ tree }: Source, node: ts.Node): number =>
  tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1

/** Visits every node below `node`, parents first. */
export const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  ts.forEachChild(node, (child) => {
    visit(child)
    walk(child, visit)
  })
}

const isTypeOnlyImport = (node: ts.ImportDeclaration): boolean => {
  const clause = node.importClause
  if (clause === undefined) return false
  if (clause.isTypeOnly) return true
  const bindings = clause.namedBindings
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly)
  )
}

/** Every module that a file names: imports, re-exports, `import('…')` as a call and as a type. */
export const importsOf = (file: Source): Import[] => {
  const found: Import[] = []
  const add = (node: ts.Node, specifier: ts.Node | undefined, isTypeOnly: boolean): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      found.push({ line: lineOf(file, node), specifier: specifier.text, isTypeOnly })
    }
  }
  walk(file.tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnlyImport(node))
    if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false)
    }
  })
  return found
}

/** The file of the project that a relative specifier leads to. */
export const targetOf = (file: Source, specifier: string): string =>
  posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts')
