/** The CEL of Kubernetes: the language with its extensions, without any variable. */
import { Environment } from '@marcbachmann/cel-js'
import { registerComprehensions } from './comprehensions.ts'
import { registerConversionFunctions } from './conversion-functions.ts'
import { registerFormatFunctions } from './format-functions.ts'
import { registerListFunctions } from './list-functions.ts'
import { registerNetworkFunctions } from './network-functions.ts'
import { registerQuantityFunctions } from './quantity-functions.ts'
import { registerSemverFunctions } from './semver-functions.ts'
import { registerTextFunctions } from './text-functions.ts'

/** What one expression may be made of; Kubernetes limits its estimated cost instead. */
const LIMITS = { maxAstNodes: 10_000, maxDepth: 100, maxListElements: 10_000, maxMapEntries: 10_000, maxCallArguments: 32 }

let shared: Environment | undefined

/** Names of the functions of every environment. */
export const functionNames = (): string[] =>
  celEnvironment()
    .getDefinitions()
    .functions.map(({ name }) => name.replace(/^go_/, ''))

/** A fresh environment to add variables to. */
export function celEnvironment(): Environment {
  if (shared === undefined) {
    shared = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits: LIMITS })
    registerComprehensions(shared)
    registerConversionFunctions(shared)
    registerTextFunctions(shared)
    registerListFunctions(shared)
    registerQuantityFunctions(shared)
    registerNetworkFunctions(shared)
    registerSemverFunctions(shared)
    registerFormatFunctions(shared)
  }
  return shared.clone()
}
