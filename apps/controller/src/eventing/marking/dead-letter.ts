import type { DeliverySpec, KubeObject } from '@knative-ts/api'
import type { Marks } from '@knative-ts/kube'
import { tellAddress } from './tell-address.ts'
import type { Resolver } from '../destinations/resolver.ts'

const type = 'DeadLetterSinkResolved'

interface WithDeadLetter extends KubeObject {
  readonly status: Record<string, unknown>
}

/** Resolves the dead letter sink of a delivery into the status. Throws after it was marked that it leads nowhere. */
export async function resolveDeadLetter(
  object: KubeObject,
  delivery: DeliverySpec | undefined,
  { resolver, marks, reason }: { readonly resolver: Resolver; readonly marks: Marks; readonly reason: string }
): Promise<void> {
  const { status } = object as WithDeadLetter
  if (delivery?.deadLetterSink === undefined) {
    tellAddress(status, 'deadLetterSink', undefined)
    markNoDeadLetter(marks)
    return
  }
  try {
    tellAddress(status, 'deadLetterSink', await resolver.resolve(delivery.deadLetterSink, object))
    marks.true(type)
  } catch (error) {
    tellAddress(status, 'deadLetterSink', undefined)
    marks.false(type, reason, error instanceof Error ? error.message : String(error))
    throw error
  }
}

export const markNoDeadLetter = (marks: Marks): void =>
  marks.true(type, 'DeadLetterSinkNotConfigured', 'No dead letter sink is configured.')
