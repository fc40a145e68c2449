import tseslint from 'typescript-eslint'

/** The floors that may touch the outside world: promises, clocks, files, the console (docs/architecture.md). */
const impure = ['src/shell/**', 'src/cli/**']

const transcendental = [
  ...['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp', 'expm1'],
  ...['hypot', 'log', 'log10', 'log1p', 'log2', 'pow', 'random', 'sin', 'sinh', 'tan', 'tanh']
]

const forbiddenGlobals = [
  ...['Date', 'performance', 'crypto', 'process', 'console', 'Buffer', 'global', 'globalThis', 'Intl'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Promise', 'fetch', 'WeakRef']
]

/** Shapes that no source file may have. */
const forbiddenSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'No default exports.' },
  { selector: 'ExportAllDeclaration[exported=null]', message: 'Export names, or `export * as Name`.' },
  { selector: 'TSEnumDeclaration', message: 'A union of literals, not an enum.' },
  {
    selector:
      'Program > VariableDeclaration[kind="let"], ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    message: 'No `let` at module level: importing a file does nothing.'
  }
]

/** Shapes that the pure core may not have on top: a promise is a clock. */
const impureSyntax = [
  { selector: 'FunctionDeclaration[async=true]', message: 'The core waits for nothing.' },
  { selector: 'ArrowFunctionExpression[async=true]', message: 'The core waits for nothing.' },
  { selector: 'AwaitExpression', message: 'The core waits for nothing.' }
]

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'temp/**', 'out/**', '.tmp/**', 'test/package/fixtures/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-type-arguments': 'error',
      '@typescript-eslint/require-array-sort-compare': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: impure,
    rules: {
      'no-restricted-globals': ['error', ...forbiddenGlobals],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*'], message: 'The core runs in a browser.' }] }
      ],
      'no-restricted-properties': [
        'error',
        ...transcendental.map((property) => ({ object: 'Math', property })),
        { property: 'localeCompare', message: 'Differs from place to place.' },
        { property: 'toLocaleString', message: 'Differs from place to place.' }
      ],
      'no-restricted-syntax': ['error', ...forbiddenSyntax, ...impureSyntax]
    }
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts', '*.config.ts'],
    rules: {
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off'
    }
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.base],
    rules: { eqeqeq: 'error', 'prefer-const': 'error' }
  }
)
