/** Rules of `metadata`, for all kinds: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`. */
import type { ObjectMeta } from '@knative-ts/api'
import { forbiddenField, invalidValue, required, tooLong, type Cause } from '../http/errors.ts'
import { labelKeyProblems, labelValueProblems } from './names.ts'

const ANNOTATIONS_BYTES = 256 * 1024

/** Rules of every state. `nameProblems` is the kind's own rule of names. */
export function checkMetadata(metadata: ObjectMeta, nameProblems: (name: string) => string[]): Cause[] {
  const causes: Cause[] = []
  const { name = '', generateName = '' } = metadata
  // A trailing dash makes a prefix: the reference judges it without the dash and what is before it.
  for (const problem of generateName === '' ? [] : nameProblems(generateName.replace(/.-$/, 'a')))
    causes.push(invalidValue('metadata.generateName', generateName, problem))
  if (name === '') causes.push(required('metadata.name', 'name or generateName is required'))
  else for (const problem of nameProblems(name)) causes.push(invalidValue('metadata.name', name, problem))
  causes.push(...checkLabels(metadata.labels, 'metadata.labels'))
  causes.push(...checkAnnotations(metadata.annotations, 'metadata.annotations'))
  causes.push(...checkOwners(metadata))
  return [...causes, ...checkFinalizers(metadata.finalizers ?? [])]
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
    if (owner.kind === 'Event' && owner.apiVersion === 'v1')
      causes.push(invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner'))
    if (owner.controller !== true) return
    if (controller !== undefined) {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.kind}/${owner.name}`
      causes.push(invalidValue('metadata.ownerReferences', owners, why))
    }
    controller = `${owner.kind}/${owner.name}`
  })
  return causes
}

/** Any qualified name: that those without a domain are Kubernetes' own is a rule of some kinds. */
function checkFinalizers(finalizers: readonly string[]): Cause[] {
  const causes = finalizers.flatMap((finalizer) =>
    labelKeyProblems(finalizer).map((problem) => invalidValue('metadata.finalizers', finalizer, problem))
  )
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    causes.push(invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  return causes
}

/**
 * Rules of a change: nobody adds a finalizer to an object that is leaving, or sets how long it may take. Kubernetes checks this once for
 * all kinds and once more for each, and lists what it finds as often.
 */
export function checkMetadataUpdate(metadata: ObjectMeta, before: ObjectMeta): Cause[] {
  const causes: Cause[] = []
  const added = (metadata.finalizers ?? []).filter((finalizer) => before.finalizers?.includes(finalizer) !== true)
  if (before.deletionTimestamp !== undefined && added.length > 0) {
    const names = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`
    causes.push(
      forbiddenField('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${names}`)
    )
  }
  for (const name of ['uid', 'deletionGracePeriodSeconds'] as const) {
    const value = metadata[name]
    if (value !== undefined && value !== before[name]) causes.push(invalidValue(`metadata.${name}`, value, 'field is immutable'))
  }
  if (before.deletionTimestamp === undefined && metadata.deletionTimestamp)
    causes.push(invalidValue('metadata.deletionTimestamp', metadata.deletionTimestamp, 'field is immutable'))
  return [...causes, ...causes]
}
