import { decodeStruct } from '../../decoding/decode.ts'
import { string, struct, values } from '../../decoding/shape.ts'
import { jsonProblem } from '../../go/json-problem.ts'
import { quote, unparsed, type Parsed } from '../../go/parsed.ts'
import { dependencyAnnotation, injectionAnnotation } from '../../names/eventing-keys.ts'
import { detailed, generic, missing, under, type FieldError } from '../../validation/field-error.ts'
import type { Trigger } from './trigger.ts'

const objectReference = struct(
  'v1.ObjectReference',
  values(string, 'kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath')
)

/** What is wrong with the annotations of a Trigger that mean something. */
export function triggerAnnotationErrors(trigger: Trigger): FieldError[] {
  const { annotations = {}, namespace = '' } = trigger.metadata
  const dependency = annotations[dependencyAnnotation]
  const injection = annotations[injectionAnnotation]
  const path = (key: string): string => `metadata.annotations[${key}]`
  return [
    ...(dependency === undefined ? [] : under(path(dependencyAnnotation), dependencyErrors(dependency, namespace))),
    ...(injection === undefined ? [] : under(path(injectionAnnotation), injectionErrors(injection, trigger.spec.broker ?? '')))
  ]
}

function dependencyErrors(text: string, own: string): FieldError[] {
  const decoded = referenceIn(text)
  if (!decoded.ok) return [detailed(generic(`The provided annotation was not a corev1.ObjectReference: ${quote(text)}`, ''), decoded.error)]
  const { namespace = '', kind = '', name = '', apiVersion = '' } = decoded.value
  return [
    ...(namespace === '' || namespace === own
      ? []
      : [generic(`Namespace must be empty or equal to the trigger namespace ${quote(own)}`, 'namespace')]),
    ...(kind === '' ? [missing('kind')] : []),
    ...(name === '' ? [missing('name')] : []),
    ...(apiVersion === '' ? [missing('apiVersion')] : [])
  ]
}

function referenceIn(text: string): Parsed<Readonly<Record<string, string>>> {
  const problem = jsonProblem(text)
  if (problem !== undefined) return unparsed(problem)
  return decodeStruct(objectReference, JSON.parse(text)) as Parsed<Readonly<Record<string, string>>>
}

function injectionErrors(value: string, broker: string): FieldError[] {
  if (value !== 'enabled' && value !== 'disabled') {
    return [generic(`The provided injection annotation value can only be "enabled" or "disabled", not ${quote(value)}`, '')]
  }
  if (broker === 'default') return []
  const text = 'The provided injection annotation is only used for default broker, but non-default broker specified here:'
  return [generic(`${text} ${quote(broker)}`, '')]
}
