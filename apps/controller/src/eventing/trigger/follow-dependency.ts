import { conditionOf, dependencyAnnotation, type Condition, type KReference, type KubeObject, type Trigger } from '@knative-ts/api'
import { errorText, type Marks } from '@knative-ts/kube'
import type { Resolver } from '../destinations/resolver.ts'

interface WithConditions extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[]; readonly observedGeneration?: number }
}

const type = 'DependencyReady'

/** Takes over whether the object that a Trigger depends on is ready. Throws after it was marked that it is not there. */
export async function followDependency(trigger: Trigger, marks: Marks, resolver: Resolver): Promise<void> {
  const text = trigger.metadata.annotations?.[dependencyAnnotation]
  if (text === undefined) {
    marks.true(type)
    return
  }
  const reference = referenceIn(text)
  if (typeof reference === 'string') {
    marks.false(type, 'ReferenceError', `Unable to unmarshal objectReference from dependency annotation of trigger: ${reference}`)
    return
  }
  const called = `${reference.kind} ${reference.namespace ?? trigger.metadata.namespace}/${reference.name}`
  let found: WithConditions | undefined
  try {
    found = await resolver.find(reference, trigger)
  } catch (error) {
    marks.unknown(type, 'DependencyGetFailed', `Failed to get dependency: ${errorText(error)}`)
    throw error
  }
  if (found === undefined) marks.false(type, 'DependencyDoesNotExist', `Dependency does not exist: there is no ${called}`)
  else if (found.status?.observedGeneration !== found.metadata.generation)
    marks.unknown(
      type,
      'GenerationNotEqual',
      `The dependency's metadata.generation, ${found.metadata.generation}, is not equal to its status.observedGeneration, ${found.status?.observedGeneration}.`
    )
  else marks.mirror(type, conditionOf([...(found.status?.conditions ?? [])], 'Ready'))
}

function referenceIn(text: string): KReference | string {
  try {
    const value = JSON.parse(text) as Partial<KReference> | null
    const { apiVersion, kind, name, namespace } = value ?? {}
    if (typeof kind !== 'string' || typeof name !== 'string') return 'it names no kind and name'
    return { kind, name, ...(apiVersion === undefined ? {} : { apiVersion }), ...(namespace === undefined ? {} : { namespace }) }
  } catch (error) {
    return errorText(error)
  }
}
