// What the build does to our code on its way through esbuild. Reasons and measurements: docs/decisions/0001.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import ts from 'typescript'

/**
 * Takes fp-ts and io-ts from their ES module files, whatever folder the source names: `fp-ts/lib/X.js` is
 * what Node can load, `fp-ts/es6/X.js` is what a bundler can shake.
 */
export const fpTsFromEs6 = {
  name: 'fp-ts-from-es6',
  setup(build) {
    build.onResolve({ filter: /^(fp-ts|io-ts)(\/|$)/ }, ({ path }) => {
      const [name, , ...rest] = path.split('/')
      const file = (rest.join('/') || 'index').replace(/\.js$/, '')
      return { path: fileURLToPath(import.meta.resolve(`${name}/es6/${file}.js`)), sideEffects: false }
    })
    // fp-ts marks its own calls as pure. io-ts was compiled without the marks.
    build.onLoad({ filter: /[\\/]io-ts[\\/]es6[\\/].*\.js$/ }, ({ path }) => ({
      contents: markPure(readFileSync(path, 'utf8'), path),
      loader: 'js'
    }))
  }
}

/**
 * Marks the calls that run when a module is loaded, as far as they make the value of a variable, so that a
 * bundler may drop the variable with its call. True of our files by a rule of the house (importing a file
 * does nothing), and true of io-ts.
 */
const markPure = (text, path) => {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const places = []
  const visit = (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) places.push(node.getStart(file))
    ts.forEachChild(node, visit)
  }
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { initializer } of statement.declarationList.declarations) {
      if (initializer !== undefined) visit(initializer)
    }
  }
  const marked = [...new Set(places)].sort((a, b) => b - a)
  return marked.reduce((marking, at) => `${marking.slice(0, at)}/* @__PURE__ */ ${marking.slice(at)}`, text)
}

/** The namespaces of an index: `export * as Name from './File.js'`, by name. */
const namespacesOf = (indexFile) =>
  new Map(
    [...readFileSync(indexFile, 'utf8').matchAll(/^export \* as (\w+) from '\.\/([\w.]+)'/gm)].map(
      ([, name, file]) => [name, file]
    )
  )

/**
 * Our own files on their way in.
 *
 * `import { Table } from '../prelude/index.js'` becomes `import * as Table from '../prelude/Table.js'`.
 * esbuild then sees through `Table.get(…)` to the function itself; through an index it would build an object
 * of getters, keep all that it holds, and call through it on the hot path.
 */
export const ownSource = {
  name: 'own-source',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(
        /^import \{([^}]*)\} from '((?:\.\.\/)+\w+)\/index\.js'/gm,
        (statement, list, folder) => {
          const namespaces = namespacesOf(join(dirname(path), folder, 'index.ts'))
          const rest = []
          const direct = []
          for (const item of list.split(',').map((part) => part.trim())) {
            const [, name, local = name] = /^(\w+)(?: as (\w+))?$/.exec(item) ?? []
            const file = namespaces.get(name)
            if (file === undefined) rest.push(item)
            else direct.push(`import * as ${local} from '${folder}/${file}'`)
          }
          if (direct.length === 0) return statement
          if (rest.some((item) => item !== '')) {
            direct.push(`import { ${rest.join(', ')} } from '${folder}/index.js'`)
          }
          // Lines are kept, so that source maps stay right.
          return direct.join('; ') + '\n'.repeat(statement.split('\n').length - 1)
        }
      )
      return { contents: markPure(contents, path), loader: 'ts' }
    })
  }
}

/** `var Name = {}` and the call that fills it, as esbuild writes them: `__export(Name, { a: () => b })`. */
const namespaceObject = new RegExp(
  [
    String.raw`^var (\w+) = \{\};\n`,
    String.raw`(?:__export|_chunk\w+\.__export\.call\(void 0,)[ (]\1, \{\n`,
    String.raw`((?: {2}\w+: \(\) => [\w$.]+,?\n)*)\}\);$`
  ].join(''),
  'gm'
)

const asGetters = (members) => members.replace(/^ {2}(\w+): \(\) => ([\w$.]+)/gm, '  get $1() { return $2 }')

/**
 * A plug-in of tsup, run on its output: esbuild fills the object behind `export * as Name` by a call, which a
 * consumer's bundler must keep even when nobody uses `Name`. As an object literal of getters it can be
 * dropped. Lines are kept, so that source maps stay right.
 */
export const droppableNamespaces = {
  name: 'droppable-namespaces',
  renderChunk(code, { map }) {
    const replaced = code.replace(
      namespaceObject,
      (_, name, members) => `var ${name} = {\n__proto__: null,\n${asGetters(members)}};`
    )
    return { code: replaced, map }
  }
}
