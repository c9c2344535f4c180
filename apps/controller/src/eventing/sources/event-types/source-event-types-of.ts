import { md5Hex, type EventType, type KReference, type KubeObject } from '@knative-ts/api'
import type { CustomResourceDefinition } from '@knative-ts/api/kubernetes'

/** What a source tells of its events (Knative's duck type Source). */
export interface TellingSource extends KubeObject {
  readonly spec?: { readonly sink?: { readonly ref?: KReference } }
  readonly status?: { readonly ceAttributes?: readonly { readonly type?: string; readonly source?: string }[] }
}

/** What a kind's definition tells of its events, in an annotation. */
interface Described {
  readonly type: string
  readonly schema?: string
  readonly description?: string
}

const annotation = 'registry.knative.dev/eventTypes'

/** The label that says whose events an EventType describes. */
const sourceNameLabel = 'eventing.knative.dev/sourceName'

/** The EventTypes of a source with a sink that is an object: one for each kind of event that its status tells of (reference 5.0). */
export function sourceEventTypesOf(source: TellingSource, definition: CustomResourceDefinition): readonly EventType[] {
  const { name = '', namespace = '', uid = '', deletionTimestamp } = source.metadata
  const ref = source.spec?.sink?.ref
  if (ref === undefined || deletionTimestamp !== undefined) return []
  const described = descriptionsOf(definition)
  return (source.status?.ceAttributes ?? []).map(({ type = '', source: from = '' }) => {
    const { schema = '', description = '' } = described.find((one) => one.type === type) ?? {}
    return {
      apiVersion: 'eventing.knative.dev/v1beta2',
      kind: 'EventType',
      metadata: { name: md5Hex(`${type}${from}${schema}${uid}`), namespace, labels: { [sourceNameLabel]: name } },
      spec: {
        type,
        ...(from !== '' && { source: from }),
        ...(schema !== '' && { schema }),
        ...(description !== '' && { description }),
        reference: { ...ref, namespace: ref.namespace ?? namespace }
      }
    }
  })
}

/** An annotation that is no such list tells nothing: it is the definition's author who can correct it. */
function descriptionsOf({ metadata }: CustomResourceDefinition): readonly Described[] {
  try {
    const list: unknown = JSON.parse(metadata.annotations?.[annotation] ?? '[]')
    return Array.isArray(list) ? (list as Described[]) : []
  } catch {
    return []
  }
}
