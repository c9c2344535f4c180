import type { ChannelTemplate, DeliverySpec, KubeObject, ObjectMeta, Resource } from '@knative-ts/api'
import { containsJson, ensureOwned } from '@knative-ts/kube'
import type { Channelable, ChannelKinds } from './channel-kinds.ts'

export interface WantedChannel {
  readonly template: ChannelTemplate
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations'>
  /** What is not in the template. */
  readonly delivery?: DeliverySpec | undefined
}

/** A channel object of a template; what the template says wins. */
export function channelOf({ template, metadata, delivery }: WantedChannel): Channelable {
  const spec = { ...(delivery === undefined ? {} : { delivery }), ...(template.spec as Channelable['spec'] | undefined) }
  return { apiVersion: template.apiVersion, kind: template.kind, metadata, spec }
}

/** Creates a channel that `owner` controls, or brings it up to what is wanted; its subscribers are others' business. Throws NotOwnedError when the name is taken. */
export async function ensureChannel<O extends KubeObject>(
  kinds: ChannelKinds,
  owner: O,
  ownerResource: Resource<O>,
  wanted: WantedChannel
): Promise<Channelable> {
  const kept = await kinds.of(wanted.template)
  const desired = channelOf(wanted)
  const { object } = await ensureOwned(kept, owner, ownerResource, desired, (current) => brought(current, desired))
  return object
}

function brought(current: Channelable, { metadata, spec }: Channelable): Channelable | undefined {
  const { labels, annotations } = metadata
  const { subscribers, ...rest } = current.spec
  const wanted = { labels, annotations }
  // What a template leaves to the kind's own defaults stays as the server has it; delivery is all the owner's.
  if (containsJson(current.metadata, wanted) && containsJson(rest, spec) && (spec.delivery !== undefined || rest.delivery === undefined))
    return undefined
  const { delivery: _former, ...others } = rest
  return {
    ...current,
    metadata: {
      ...current.metadata,
      ...(labels === undefined ? {} : { labels: { ...current.metadata.labels, ...labels } }),
      ...(annotations === undefined ? {} : { annotations: { ...current.metadata.annotations, ...annotations } })
    },
    spec: { ...others, ...spec, ...(subscribers === undefined ? {} : { subscribers }) }
  }
}
