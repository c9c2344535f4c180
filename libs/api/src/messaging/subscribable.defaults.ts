import { subscribableAnnotation } from '../names/eventing-keys.ts'
import type { KubeObject } from '../object.ts'

/** Says which version of the duck type a channel speaks, unless it says so itself. */
export function withSubscribable<T extends KubeObject>(channel: T): T {
  if (channel.metadata.annotations?.[subscribableAnnotation] !== undefined) return channel
  const annotations = { ...channel.metadata.annotations, [subscribableAnnotation]: 'v1' }
  return { ...channel, metadata: { ...channel.metadata, annotations } }
}
