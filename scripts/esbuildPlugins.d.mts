import type { Options } from 'tsup'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]
type TsupPlugin = NonNullable<Options['plugins']>[number]

export const fpTsFromEs6: EsbuildPlugin
export const ownSource: EsbuildPlugin
export const droppableNamespaces: TsupPlugin
