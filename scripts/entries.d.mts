export interface Entry {
  readonly name: string
  readonly specifier: string
  readonly source: string
  readonly types: string
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly engines: { readonly node: string }
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

export const root: string
export const manifest: Manifest
export const entries: readonly Entry[]
export const cliSource: string
export const hasCli: boolean
