import type * as k8s from '@knative-ts/api/kubernetes'
import { runInContainer } from '../streams/run-in-container.ts'
import type { ProbeTarget } from '../probe/attempt.ts'
import type { RunningContainer } from '../runtime/container-runtime.ts'
import type { PodContext } from './pod-context.ts'

/** How probes and hooks reach a running container. */
export function probeTarget(context: PodContext, spec: k8s.Container, running: RunningContainer): ProbeTarget {
  return {
    address: context.sandbox.address,
    reach: (port) => context.sandbox.reach(port),
    port(port) {
      if (typeof port === 'number') return port
      const named = spec.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port)
      if (!Number.isInteger(named)) throw new Error(`couldn't find port "${port}" in container "${spec.name}"`)
      return named
    },
    run: (command, timeoutMs) => runInContainer(running, command, timeoutMs)
  }
}
