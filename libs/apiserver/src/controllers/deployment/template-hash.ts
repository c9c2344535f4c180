import { fnv32a } from '@knative-ts/api'
import type { PodTemplateSpec } from '@knative-ts/api/kubernetes'
import { equalJson } from '@knative-ts/kube'

/** The label that tells the ReplicaSets of one Deployment apart. */
export const hashLabel = 'pod-template-hash'

/** No vowels and no digits that look like letters, so that no word comes out: `k8s.io/apimachinery/pkg/util/rand.SafeEncodeString`. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * A name for the template: the same for the same content whatever the order of its members, so that going back to an old template finds
 * its ReplicaSet. Not the value that Kubernetes computes (it hashes a dump of Go's memory); nobody may rely on it.
 */
export function templateHash(template: PodTemplateSpec, collisionCount = 0): string {
  const content = canonical(withoutHash(template)) + (collisionCount === 0 ? '' : `#${collisionCount}`)
  return [...String(fnv32a(content))].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('')
}

/** Whether two templates make the same pods. */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return a !== undefined && b !== undefined && equalJson(withoutHash(a), withoutHash(b))
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join(',')}}`
}
