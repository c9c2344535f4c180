/** A conversion webhook as cases need it: right by default, wrong on demand. */

type Json = Readonly<Record<string, unknown>>
type Conversion = {
  readonly uid?: string
  /** Where versions keep what `spec.value` is in `v1`: version to name of the member of spec. */
  readonly members?: Readonly<Record<string, string>>
  readonly result?: Json
  /** Answers with this many objects, whatever was asked. */
  readonly count?: number
  /** Merged into the metadata of each object. */
  readonly metadata?: Json
  /** The apiVersion of what is answered. */
  readonly apiVersion?: string
  /** Fails only for objects that are wanted in this version. */
  readonly failsFor?: string
}

/** The answer to a ConversionReview. */
export function convertedAnswer(behaviour: Json = {}, review: Json): Json {
  const { uid, members = {}, result, count, metadata, apiVersion, failsFor } = behaviour as Conversion
  const request = review['request'] as { uid: string; desiredAPIVersion: string; objects: Json[] }
  const wanted = request.desiredAPIVersion
  const fails = failsFor === undefined || wanted.endsWith(`/${failsFor}`)
  const objects = request.objects.slice(0, count).map((object) => {
    const spec = object['spec'] as Json | undefined
    const from = members[versionOf(String(object['apiVersion']))] ?? 'value'
    const to = members[versionOf(wanted)] ?? 'value'
    const { [from]: value, ...rest } = spec ?? {}
    return {
      ...object,
      apiVersion: apiVersion ?? wanted,
      metadata: { ...(object['metadata'] as Json), ...metadata },
      ...(spec === undefined ? {} : { spec: { ...rest, ...(value === undefined ? {} : { [to]: value }) } })
    }
  })
  const outcome = result !== undefined && fails ? { result } : { result: { status: 'Success' }, convertedObjects: objects }
  return { apiVersion: review['apiVersion'], kind: 'ConversionReview', response: { uid: uid ?? request.uid, ...outcome } }
}

const versionOf = (apiVersion: string) => apiVersion.split('/').at(-1) ?? ''
