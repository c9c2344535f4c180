import type { ResponseRule } from '../response-rule.ts'
import { responseChunks } from './chunks.ts'
import { responseFields } from './fields.ts'
import { interim } from './interim.ts'
import { responseLength } from './length.ts'
import { statusLines } from './status-line.ts'

/** Every rule that responses of upstreams are held to. */
export const responseRules: readonly ResponseRule[] = [...statusLines, ...responseFields, ...responseLength, ...responseChunks, ...interim]
