/** The CEL of Kubernetes: the language with its extensions, without any variable. */
import { Environment } from '@marcbachmann/cel-js'
import { registerListFunctions } from './list-functions.ts'
import { registerNetworkFunctions } from './network-functions.ts'
import { registerQuantityFunctions } from './quantity-functions.ts'
import { registerTextFunctions } from './text-functions.ts'

/** What one expression may be made of; Kubernetes limits its estimated cost instead. */
const LIMITS = { maxAstNodes: 10_000, maxDepth: 100, maxListElements: 10_000, maxMapEntries: 10_000, maxCallArguments: 32 }

let shared: Environment | undefined

/** A fresh environment to add variables to. */
export function celEnvironment(): Environment {
  if (shared === undefined) {
    shared = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits: LIMITS })
    registerTextFunctions(shared)
    registerListFunctions(shared)
    registerQuantityFunctions(shared)
    registerNetworkFunctions(shared)
  }
  return shared.clone()
}
