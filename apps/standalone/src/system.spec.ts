import { expect, it } from '@jest/globals'
import type { KubeObject, Resource } from '@knative-ts/api'
import { ApiError, type KubeClient } from '@knative-ts/kube'
import { applySystem } from './system.ts'

const away = 'Internal error occurred: failed calling webhook "sinkbindings.webhook.sources.knative.dev": connection refused'
const refusal = (message: string) =>
  new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 500, reason: 'InternalError', message })
const options = { version: '1', image: (name: string) => `dev.local/${name}` }
const resourceOf = ({ kind = '' }: KubeObject): Resource => ({ group: '', version: 'v1', plural: kind, kind, namespaced: true })
/** Refuses the first patch of each object of some kinds. */
const clientOf = (kinds: readonly string[], message: string, applied: string[]): KubeClient => {
  const refused = new Set<string>()
  const patch = async ({ kind }: Resource, { name }: { readonly name: string }): Promise<void> => {
    const id = `${kind} ${name}`
    if (kinds.includes(kind) && !refused.has(id)) {
      refused.add(id)
      throw refusal(message)
    }
    applied.push(id)
  }
  return { patch } as unknown as KubeClient
}

it('a start waits for the webhook of an earlier one: for settings, and for roles that a SinkBinding has it asked about', async () => {
  const applied: string[] = []
  await applySystem(clientOf(['ConfigMap', 'Deployment', 'StatefulSet'], away, applied), resourceOf, ['eventing'], options)
  expect(applied).toEqual(expect.arrayContaining(['ConfigMap config-features', 'Deployment eventing-webhook', 'StatefulSet event-log']))
})

it('a start does not wait for what will not pass', async () => {
  await expect(applySystem(clientOf(['Deployment'], 'no', []), resourceOf, ['eventing'], options)).rejects.toThrow('no')
})
