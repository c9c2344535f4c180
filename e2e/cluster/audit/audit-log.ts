import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { auditedCall, type AuditedCall } from '../../rights/audited-call.ts'

/**
 * The calls that ServiceAccounts of `namespace` made from `since` on, oldest first: of the log and of those that it was rotated into. The API
 * server writes whole lines; a line that it is writing is left for the next time.
 */
export async function* auditedCalls(log: string, namespace: string, since: Date): AsyncGenerator<AuditedCall> {
  for (const path of await partsOf(log)) {
    let last: string | undefined
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (last !== undefined) yield* callIn(last, namespace, since)
      last = line
    }
    if (last?.endsWith('}') === true) yield* callIn(last, namespace, since)
  }
}

function* callIn(line: string, namespace: string, since: Date): Generator<AuditedCall> {
  const call = auditedCall(line, namespace)
  if (call !== undefined && call.at >= since) yield call
}

/** `audit-2026-11-22T00-32-06.951.log` and such, then `audit.log`. */
async function partsOf(log: string): Promise<string[]> {
  const [extension, directory] = [extname(log), dirname(log)]
  const name = basename(log, extension)
  const rotated = (await readdir(directory)).filter((file) => file.startsWith(`${name}-`) && file.endsWith(extension))
  return [...rotated.sort(), `${name}${extension}`].map((file) => join(directory, file))
}
