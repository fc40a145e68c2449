import ts from 'typescript'

import { folderOf } from './floors.js'
import { lineOf, walk, type Source } from './sources.js'

/** Globals through which time, chance or the place of execution would come in. */
const globalsBanned = new Set([
  ...['Date', 'performance', 'crypto', 'process', 'console', 'global', 'globalThis', 'Intl', 'Buffer'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'],
  ...['Promise', 'fetch', 'WeakRef', 'FinalizationRegistry', 'require', 'eval']
])

/** Chance, and the functions whose last bit the language does not fix. */
const mathBanned = new Set([
  ...['random', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp'],
  ...['expm1', 'hypot', 'log', 'log10', 'log1p', 'log2', 'pow', 'sin', 'sinh', 'tan', 'tanh']
])

const methodsBanned = new Set(['localeCompare', 'toLocaleString', 'toLocaleUpperCase', 'toLocaleLowerCase'])

/**
 * Whether an identifier stands for a variable or a type, and is not just the name of a field or of an import.
 */
const isReference = (node: ts.Identifier): boolean => {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isQualifiedName(parent)) return parent.left === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  if (ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) return false
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false
  if (ts.isNamedTupleMember(parent) || ts.isLiteralTypeNode(parent)) return false
  return true
}

const complaintAboutCall = (node: ts.PropertyAccessExpression): string | undefined => {
  const name = node.name.text
  if (ts.isIdentifier(node.expression) && node.expression.text === 'Math' && mathBanned.has(name)) {
    return `Math.${name}`
  }
  if (methodsBanned.has(name)) return name
  const isCalledBare = ts.isCallExpression(node.parent) && node.parent.arguments.length === 0
  if ((name === 'sort' || name === 'toSorted') && isCalledBare) return `${name}() without a comparator`
  return undefined
}

const complaintAbout = (node: ts.Node): string | undefined => {
  if (ts.isIdentifier(node) && globalsBanned.has(node.text) && isReference(node)) return node.text
  if (ts.isPropertyAccessExpression(node)) return complaintAboutCall(node)
  if (ts.isElementAccessExpression(node) && node.expression.getText() === 'Math')
    return 'Math by computed name'
  if (ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword) return 'async'
  return undefined
}

/** Everything in `file` that a pure function may not touch. The shell and the command may. */
export const impurities = (file: Source): string[] => {
  const folder = folderOf(file.path)
  if (folder === 'shell' || folder === 'cli') return []
  const complaints: string[] = []
  walk(file.tree, (node) => {
    const complaint = complaintAbout(node)
    if (complaint !== undefined) complaints.push(`${file.path}:${lineOf(file, node)} uses ${complaint}`)
  })
  return complaints
}
