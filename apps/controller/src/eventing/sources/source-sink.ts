import type { CloudEventOverrides, Destination, KReference, KubeObject } from '@knative-ts/api'
import { errorText, type Marks, ReasonedError } from '@knative-ts/kube'
import type { Addressed } from '../destinations/addressed.ts'
import type { Resolver } from '../destinations/resolver.ts'
import { tellAddress } from '../marking/tell-address.ts'

/** What all sources have: a sink, and what they add to their events. */
export interface Source extends KubeObject {
  readonly spec: { readonly sink: Destination; readonly ceOverrides?: CloudEventOverrides }
  readonly status: object
}

/** Finds where a source's events go to, and tells it in the status. Throws after it was marked that the sink leads nowhere. */
export async function resolveSink(source: Source, resolver: Resolver, marks: Marks): Promise<Addressed> {
  try {
    const sink = await resolver.resolve(source.spec.sink, source)
    tellAddress(source.status, 'sink', sink)
    marks.true('SinkProvided')
    return sink
  } catch (error) {
    tellAddress(source.status, 'sink', undefined)
    marks.false('SinkProvided', 'NotFound', errorText(error))
    throw new ReasonedError('SinkNotFound', `Sink not found: ${sinkText(source)}`)
  }
}

/** A sink as Go prints its JSON, in the namespace that it is looked for in. */
function sinkText({ spec: { sink }, metadata }: Source): string {
  const { ref, uri, CACerts, audience } = sink
  const { kind, namespace = metadata.namespace, name, address, apiVersion, group } = ref ?? ({} as Partial<KReference>)
  return JSON.stringify({
    ...(ref !== undefined && { ref: { kind, namespace, name, address, apiVersion, group } }),
    uri,
    CACerts,
    audience
  })
}

/** What the containers of an adapter are told of the sink. */
export function sinkVariables(
  { url, caCerts, audience }: Addressed,
  overrides: CloudEventOverrides | undefined
): { name: string; value: string }[] {
  return [
    { name: 'K_SINK', value: url },
    ...(caCerts === undefined ? [] : [{ name: 'K_CA_CERTS', value: caCerts }]),
    ...(audience === undefined ? [] : [{ name: 'K_AUDIENCE', value: audience }]),
    ...(overrides === undefined ? [] : [{ name: 'K_CE_OVERRIDES', value: JSON.stringify(overrides) }])
  ]
}
