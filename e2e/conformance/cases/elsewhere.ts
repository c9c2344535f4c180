/** Recorded cases of admission whose answer is that of the recording's cluster, not of Serving; each with its reason. */
export const elsewhere: {
  /** Verdict as recorded, in other words. */
  readonly words: Readonly<Record<string, string>>
  /** Answered otherwise. */
  readonly cases: Readonly<Record<string, string>>
} = {
  words: {
    'update: same own name, sparse object as first sent': 'Kubernetes prints an unsigned zero as 0x0 or 0, by version',
    'yaml: empty body': 'the API server names what it could not read',
    'field validation: unknown by apply, strict': 'the API server names the path in its own way'
  },
  cases: {
    'extreme: object of 1.6 million bytes': 'the limit is that of etcd, which not every cluster has',
    'internal: Ingress empty rule': 'the webhook of the recording panics; it is refused in words here',
    'internal: Ingress no http': 'the webhook of the recording panics; it is refused in words here'
  }
}
