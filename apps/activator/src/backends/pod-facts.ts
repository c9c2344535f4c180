import { servesTls } from '@knative-ts/api'
import type { Pod } from '@knative-ts/api/kubernetes'

/** The part of a pod's state that decides whether requests may go there. */
export interface PodFacts {
  /** Bare address. */
  readonly ip: string
  readonly uid: string
  /** The kubelet calls it ready. */
  readonly ready: boolean
  /** Its queue-proxy has a certificate: it is spoken to over TLS, whatever the configuration says by now. */
  readonly secured: boolean
}

/** Undefined for pods that have no address yet, that have ended, or that are being deleted. */
export function podFactsOf(pod: Pod): PodFacts | undefined {
  const { metadata, status } = pod
  const ip = status?.podIP ?? ''
  const over = status?.phase === 'Succeeded' || status?.phase === 'Failed'
  if (ip === '' || over || metadata.deletionTimestamp !== undefined) return undefined
  const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false
  return { ip, uid: metadata.uid ?? '', ready, secured: servesTls(pod) }
}
