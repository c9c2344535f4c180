/** Between the form in which cases are recorded (`$NS`, `<random>`) and that of objects which are judged. */
import type { KubeObject } from '../object.ts'

const RANDOM = 'h9xcj'
const NAMESPACE = 'the-namespace'

/** As the server would have it: with names that it makes, in the namespace of the case. */
export function localised(sent: KubeObject): KubeObject {
  const object = JSON.parse(JSON.stringify(sent).replaceAll('$NS', NAMESPACE)) as KubeObject
  const { name, generateName } = object.metadata
  if (name === undefined && generateName !== undefined) object.metadata.name = generateName + RANDOM
  return { ...object, metadata: { ...object.metadata, namespace: NAMESPACE } }
}

/** A text without what only this replay knows. */
export const global = (text: string): string => text.replaceAll(NAMESPACE, '$NS').replaceAll(RANDOM, '<random>')

/** What a recording keeps of an object that was answered. */
export function shown(object: KubeObject): unknown {
  const { metadata, spec } = JSON.parse(global(JSON.stringify(object))) as { metadata: Record<string, unknown>; spec: unknown }
  delete metadata['namespace']
  return { metadata, spec }
}
