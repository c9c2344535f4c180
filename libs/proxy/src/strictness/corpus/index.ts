import type { Rule } from '../rule.ts'
import { absoluteTarget } from './absolute-target.ts'
import { chunkExtension } from './chunk-extension.ts'
import { chunk } from './chunk.ts'
import { connection } from './connection.ts'
import { contentLength } from './content-length.ts'
import { expectation } from './expect.ts'
import { fieldName } from './field-name.ts'
import { fieldValue } from './field-value.ts'
import { host } from './host.ts'
import { limits } from './limits.ts'
import { method } from './method.ts'
import { pipelining } from './pipeline.ts'
import { prefaces } from './preface.ts'
import { requestLine } from './request-line.ts'
import { target } from './target.ts'
import { trailer } from './trailer.ts'
import { transferEncoding } from './transfer-encoding.ts'
import { upgrade } from './upgrade.ts'
import { version } from './version.ts'

/** Every rule that requests are held to. */
export const requestRules: readonly Rule[] = [
  ...requestLine,
  ...method,
  ...target,
  ...absoluteTarget,
  ...version,
  ...fieldName,
  ...fieldValue,
  ...limits,
  ...host,
  ...contentLength,
  ...transferEncoding,
  ...chunk,
  ...chunkExtension,
  ...trailer,
  ...connection,
  ...upgrade,
  ...expectation,
  ...prefaces,
  ...pipelining
]
