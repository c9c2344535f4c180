/** What is compared of an answer to a case of admission: what the user, the webhooks and the schema decide, not the server or the controllers. */
import type { Answer } from '../../kubernetes/recorded-case.ts'

type Json = Readonly<Record<string, unknown>>

/** Of an answer with an object: name, labels, annotations and the like of its metadata, and everything but its status. */
export function admissionView(answer: Answer): Answer {
  const object = answer['object'] as Json | undefined
  if (object?.['apiVersion'] === undefined) return answer
  const { apiVersion: _, kind: __, status: ___, metadata, ...rest } = object
  return { ...answer, object: { metadata: metadataOf((metadata ?? {}) as Json), ...rest } }
}

const KEPT = ['name', 'generateName', 'labels', 'annotations', 'ownerReferences']

/** A controller's own finalizer (`domainmappings.serving.knative.dev`) comes when its first pass comes: before the next step of a case, or after it. */
const CONTROLLERS = /^[a-z]+\.[a-z.]*knative\.dev$/

function metadataOf(metadata: Json): Json {
  const kept = KEPT.flatMap((key) => (key in metadata ? [[key, metadata[key]]] : []))
  const finalizers = ((metadata['finalizers'] ?? []) as string[]).filter((name) => !CONTROLLERS.test(name))
  return Object.fromEntries(finalizers.length > 0 ? [...kept, ['finalizers', finalizers]] : kept)
}

/** The answers of a case with uids numbered anew, in the order in which those that are left come. */
export function renumbered(answers: readonly Answer[]): Answer[] {
  const seen = new Map<string, string>()
  const text = JSON.stringify(answers).replaceAll(/<uid \d+>/g, (uid) => {
    const known = seen.get(uid) ?? `<uid ${seen.size + 1}>`
    seen.set(uid, known)
    return known
  })
  return JSON.parse(text) as Answer[]
}
