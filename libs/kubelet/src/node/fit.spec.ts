import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { misfit } from './fit.ts'

const node: k8s.Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'here', labels: { disk: 'ssd', size: '5' } },
  status: { allocatable: { cpu: '2', memory: '1Gi' } }
}
const pod = (spec: Partial<k8s.PodSpec>): k8s.Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [], ...spec } })
const required = (key: string, operator: string, values?: string[]): Partial<k8s.PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }] }]
      }
    }
  }
})
const asks = (requests: Record<string, string>): Partial<k8s.PodSpec> => ({ containers: [{ name: 'a', resources: { requests } }] })

describe('misfit', () => {
  it.each<[Partial<k8s.PodSpec>]>([
    [{}],
    [{ nodeSelector: { disk: 'ssd' } }],
    [required('disk', 'In', ['ssd', 'nvme'])],
    [required('disk', 'NotIn', ['hdd'])],
    [required('disk', 'Exists')],
    [required('gpu', 'DoesNotExist')],
    [required('size', 'Gt', ['4'])],
    [required('size', 'Lt', ['6'])],
    [asks({ cpu: '2', memory: '512Mi' })]
  ])('finds none for %j', (spec) => expect(misfit(pod(spec), node)).toBeUndefined())

  const affinity = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."
  it.each<[Partial<k8s.PodSpec>, string]>([
    [{ nodeSelector: { disk: 'hdd' } }, affinity],
    [required('disk', 'In', ['hdd']), affinity],
    [required('size', 'Gt', ['5']), affinity],
    [required('disk', 'DoesNotExist'), affinity],
    [asks({ cpu: '3' }), '0/1 nodes are available: 1 Insufficient cpu.'],
    [asks({ memory: '2Gi' }), '0/1 nodes are available: 1 Insufficient memory.']
  ])('of %j is told', (spec, message) => expect(misfit(pod(spec), node)).toContain(message))
})
