/** Waiting for what an object says, by looks half a second apart. */
import type { KubeObject, Resource } from '@knative-ts/api'
import type { KubeClient } from '@knative-ts/kube'
import { until } from '../../rig/until.ts'
import { conditionsOf, type SeenCondition } from './behind.ts'

/** For whatever an installation takes to settle: pods that fail do it several times. */
export const settleMs = 240_000
/** Within which one thing is seen: before the test's own time is over, so that the failure says what was not. */
export const seenMs = 200_000

/** The object as soon as `isSo` of it; the failure tells its last conditions. */
export async function settled<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  key: { readonly namespace: string; readonly name: string },
  isSo: (object: T) => boolean
): Promise<T> {
  let last: T | undefined
  const look = async (): Promise<T | false> => {
    last = await client.get(resource, key)
    return isSo(last) && last
  }
  return until(`${resource.kind} ${key.name} settles`, look, seenMs, 500).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last === undefined ? undefined : conditionsOf(last))}`)
  })
}

/** Whether an object has a condition with these members, at its newest generation. */
export function says(object: KubeObject, wanted: Partial<SeenCondition>): boolean {
  const { observedGeneration } = (object as { readonly status?: { readonly observedGeneration?: number } }).status ?? {}
  return observedGeneration === object.metadata.generation && conditionsOf(object).some((condition) => matches(condition, wanted))
}

const matches = (condition: SeenCondition, wanted: Partial<SeenCondition>): boolean =>
  Object.entries(wanted).every(([key, value]) => condition[key as keyof SeenCondition] === value)
