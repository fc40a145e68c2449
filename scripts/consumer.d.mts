export interface Consumers {
  readonly directory: string
  readonly tarball: string
  readonly esm: string
  readonly cjs: string
  readonly remove: () => void
}

export const run: (
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> }
) => string

export const createConsumers: () => Consumers
