/** What of an answer is compared. */
import { defined, pick } from './expand.ts'
import type { Normal } from './normal.ts'
import type { RawAnswer } from './raw-client.ts'
import type { Answer, Step } from './recorded-case.ts'

type Json = Readonly<Record<string, unknown>>

/** The compared form of an answer to `step`: status, warnings, and the Status or the object without what is the server's own. */
export function viewOf(step: Step, given: Omit<RawAnswer, 'status'> & { readonly status?: number }, normal: Normal): Answer {
  const { status, warnings, text, contentType } = given
  const json = kept(step, given.json as Json | undefined)
  const answer = {
    ...(status === undefined ? {} : { status }),
    ...(warnings.length > 0 && { warnings: warnings.map((one) => normal.text(one)) }),
    ...(step.heads && { heads: normal.of(defined(Object.fromEntries(step.heads.map((name) => [name, given.headers?.[name]])))) as Json })
  }
  if (json === undefined) return { ...answer, contentType, text: normal.text(text) }
  if (json['kind'] === 'Status' && json['apiVersion'] === 'v1') {
    const { reason, message, details, code } = json
    return {
      ...answer,
      ...(json['status'] !== 'Failure' && { outcome: json['status'] }),
      ...(code !== undefined && code !== status && { code }),
      ...(normal.of(defined({ reason, message, details })) as Json)
    }
  }
  if (step.show === 'verdict') return answer
  if (Array.isArray(step.show))
    return { ...answer, shown: normal.of(defined(Object.fromEntries(step.show.map((at: string) => [at, pick(json, at)])))) }
  return { ...answer, object: normal.of(objectView(step, json)) }
}

/** Of a list whose other members are the machine's, the named ones. */
function kept({ keep }: Step, json: Json | undefined): Json | undefined {
  if (keep === undefined || json === undefined) return json
  const list = json[keep.of] as readonly { readonly name?: string; readonly metadata?: { readonly name?: string } }[] | undefined
  return { ...json, [keep.of]: list?.filter(({ name, metadata }) => keep.names.includes(name ?? metadata?.name ?? '')) }
}

function objectView(step: Step, json: Json): Json {
  const metadata = json['metadata'] as Json | undefined
  const listMetadata = metadata?.['resourceVersion'] ? { ...metadata, resourceVersion: '<list rv>' } : (metadata ?? {})
  if (Array.isArray(json['items']))
    return { ...json, metadata: listMetadata, items: json['items'].map((item: Json) => objectView(step, item)) }
  if (Array.isArray(json['rows'])) {
    const rows = json['rows'].map((row: Json) => ({ ...row, object: row['object'] && objectView({ verb: 'get' }, row['object'] as Json) }))
    return { ...json, metadata: listMetadata, rows }
  }
  if (metadata === undefined || step.show === 'all') return json
  const { managedFields: _, ...own } = metadata
  return { ...json, metadata: own }
}
