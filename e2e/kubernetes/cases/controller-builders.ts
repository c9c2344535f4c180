/** Steps that play the node: pods of the cases run nowhere, their states are set by hand. */
import type { Step } from '../recorded-case.ts'

type Json = Readonly<Record<string, unknown>>

/** Waits until so many pods carry the label `app: APP`, and names them $POD0, $POD1 and so on by alphabet. */
export const podsAppear = (app: string, count: number, more: Partial<Step> = {}): Step => ({
  verb: 'wait',
  verb2: 'list',
  of: 'v1 Pod',
  query: { labelSelector: `app=${app}` },
  where: { 'items.length': count },
  capture: Object.fromEntries(Array.from({ length: count }, (_, index) => [`POD${index}`, `items.${index}.metadata.name`])),
  ...more
})

/** Writes a pod's status, as its node would. */
export const podStatus = (pod: string, status: Json): Step => ({
  verb: 'patch',
  of: `v1 Pod ${pod}`,
  sub: 'status',
  patch: { status },
  silent: true
})

export const ready = (pod: string, more: Json = {}): Step =>
  podStatus(pod, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], ...more })

export const succeeded = (pod: string): Step => podStatus(pod, { phase: 'Succeeded' })

/** Failed by the exit code of its container. */
export const failed = (pod: string, exitCode = 1): Step =>
  podStatus(pod, {
    phase: 'Failed',
    containerStatuses: [
      {
        name: 'c',
        image: 'registry.example/app:v1',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode, reason: 'Error' } }
      }
    ]
  })

/** Waits until so many events about an object are there, and shows what they say, oldest first. */
export const eventsOf = (name: string, count: number, parts: readonly string[] = ['type', 'reason', 'message']): Step => ({
  verb: 'wait',
  verb2: 'list',
  of: 'v1 Event',
  query: { fieldSelector: `involvedObject.name=${name}` },
  where: { 'items.length': count },
  timeoutMs: 25_000,
  show: Array.from({ length: count }, (_, index) => parts.map((part) => `items.${index}.${part}`)).flat()
})

/** Waits for values at paths of an object, and shows other paths of it. */
export const comesTo = (of: string, where: Json, show: readonly string[] = ['status']): Step => ({ verb: 'wait', of, where, show })

export const made = (...objects: readonly NonNullable<Step['object']>[]): Step[] =>
  objects.map((object) => ({ verb: 'create', object, silent: true }) as const)
