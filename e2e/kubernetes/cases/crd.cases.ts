/** CustomResourceDefinitions and what they define: what is refused, pruned, defaulted, told, and kept. */
import type { Case } from '../recorded-case.ts'
import { changes } from './crd/changes.ts'
import { content } from './crd/content.ts'
import { definitions } from './crd/definitions.ts'
import { schemas } from './crd/schemas.ts'
import { shapes } from './crd/shapes.ts'
import { refusedValues } from './crd/values.ts'
import { writes } from './crd/writes.ts'

export const cases: readonly Case[] = [...definitions, ...schemas, ...refusedValues, ...content, ...shapes, ...changes, ...writes]
