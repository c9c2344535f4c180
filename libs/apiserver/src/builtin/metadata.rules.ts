/** Rules of `metadata`, for all kinds: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`. */
import type { ObjectMeta } from '@knative-ts/api'
import { forbiddenField, invalidValue, required, tooLong, type Cause } from '../http/errors.ts'
import { labelKeyProblems, labelValueProblems } from './names.ts'

const ANNOTATIONS_BYTES = 256 * 1024

/** Rules of every state. `nameProblems` is the kind's own rule of names. */
export function checkMetadata(metadata: ObjectMeta, nameProblems: (name: string) => string[]): Cause[] {
  const causes: Cause[] = []
  const { name = '', generateName = '' } = metadata
  if (generateName !== '') {
    // A trailing dash is what makes a prefix: the suffix follows it.
    for (const problem of nameProblems(generateName.replace(/-$/, 'a'))) {
      causes.push(invalidValue('metadata.generateName', generateName, problem))
    }
  }
  if (name === '') causes.push(required('metadata.name', 'name or generateName is required'))
  else for (const problem of nameProblems(name)) causes.push(invalidValue('metadata.name', name, problem))
  causes.push(...checkLabels(metadata.labels, 'metadata.labels'))
  causes.push(...checkAnnotations(metadata.annotations, 'metadata.annotations'))
  causes.push(...checkOwners(metadata))
  for (const finalizer of metadata.finalizers ?? []) causes.push(...checkFinalizer(finalizer))
  return causes
}

/** Labels anywhere: object metadata, pod templates. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, field: string): Cause[] {
  if (labels === undefined) return []
  const causes: Cause[] = []
  for (const key of Object.keys(labels).sort()) {
    for (const problem of labelKeyProblems(key)) causes.push(invalidValue(field, key, problem))
    const value = labels[key] ?? ''
    for (const problem of labelValueProblems(value)) causes.push(invalidValue(field, value, problem))
  }
  return causes
}

/** Annotations anywhere. */
export function checkAnnotations(annotations: Readonly<Record<string, string>> | undefined, field: string): Cause[] {
  if (annotations === undefined) return []
  const causes: Cause[] = []
  let bytes = 0
  for (const key of Object.keys(annotations).sort()) {
    for (const problem of labelKeyProblems(key.toLowerCase())) causes.push(invalidValue(field, key, problem))
    bytes += key.length + (annotations[key] ?? '').length
  }
  if (bytes > ANNOTATIONS_BYTES) causes.push(tooLong(field, ANNOTATIONS_BYTES))
  return causes
}

function checkOwners(metadata: ObjectMeta): Cause[] {
  const causes: Cause[] = []
  const owners = metadata.ownerReferences ?? []
  let controller: string | undefined
  owners.forEach((owner) => {
    const field = 'metadata.ownerReferences'
    const [, version] = /^(?:[^/]+\/)?([^/]+)$/.exec(owner.apiVersion ?? '') ?? []
    if (version === undefined) causes.push(invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'))
    if (!owner.kind) causes.push(invalidValue(`${field}.kind`, '', 'must not be empty'))
    if (!owner.name) causes.push(invalidValue(`${field}.name`, '', 'must not be empty'))
    if (!owner.uid) causes.push(invalidValue(`${field}.uid`, '', 'must not be empty'))
    if (owner.kind === 'Event' && (owner.apiVersion === 'v1' || owner.apiVersion?.startsWith('events.k8s.io/'))) {
      const [group, shown] = owner.apiVersion === 'v1' ? ['', 'v1'] : ['events.k8s.io', 'v1']
      causes.push(invalidValue(field, owner, `${group}/${shown}, Kind=Event is disallowed from being an owner`))
    }
    if (owner.controller !== true) return
    if (controller !== undefined) {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.kind}/${owner.name}`
      causes.push(invalidValue('metadata.ownerReferences', owners, why))
    }
    controller = `${owner.kind}/${owner.name}`
  })
  return causes
}

/** Any qualified name, also one without a domain: upstream's controllers use names such as `routes.serving.knative.dev`. */
const checkFinalizer = (finalizer: string): Cause[] =>
  labelKeyProblems(finalizer).map((problem) => invalidValue('metadata.finalizers', finalizer, problem))

/** Rules of a change: nobody adds a finalizer to an object that is leaving. */
export function checkMetadataUpdate(metadata: ObjectMeta, before: ObjectMeta): Cause[] {
  if (before.deletionTimestamp === undefined) return []
  const added = (metadata.finalizers ?? []).filter((finalizer) => before.finalizers?.includes(finalizer) !== true)
  if (added.length === 0) return []
  const names = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`
  return [
    forbiddenField('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${names}`)
  ]
}
