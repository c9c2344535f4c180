/** PodExecOptions and its like: what a connection to a pod asks for, as admission is shown it. */
import type { KubeObject } from '@knative-ts/api'
import { booleanOf } from './query.ts'

const STREAMS = ['stdin', 'stdout', 'stderr', 'tty'] as const

/** The options in a query, without what is not asked for. */
export function connectOptions(kind: 'PodExecOptions' | 'PodAttachOptions' | 'PodPortForwardOptions', query: URLSearchParams): KubeObject {
  if (kind === 'PodPortForwardOptions') {
    const ports = query.getAll('ports').map(Number)
    return { kind, apiVersion: 'v1', ...(ports.length > 0 && { ports }) } as unknown as KubeObject
  }
  const container = query.get('container') ?? ''
  const command = query.getAll('command')
  return {
    kind,
    apiVersion: 'v1',
    ...Object.fromEntries(STREAMS.filter((name) => booleanOf(query, name)).map((name) => [name, true])),
    ...(container === '' ? {} : { container }),
    ...(kind === 'PodExecOptions' && command.length > 0 ? { command } : {})
  } as unknown as KubeObject
}
