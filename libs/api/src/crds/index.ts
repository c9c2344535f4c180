import type { CustomResourceDefinition } from '../kubernetes/index.ts'
import { parseDefinitions } from './gen/definitions.ts'

/** The CustomResourceDefinitions of all kinds of ours. The caller owns them: they are made anew at each call. */
export const customResourceDefinitions = (): CustomResourceDefinition[] => parseDefinitions()
