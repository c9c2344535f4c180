import { describe, expect, it } from '@jest/globals'
import type { Node, NodeSelectorTerm, PodSpec, Taint, Toleration } from '@knative-ts/api/kubernetes'
import { selectsNode, tolerates, untoleratedTaints } from './node-fit.ts'

const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'here', labels: { disk: 'ssd', size: '5' } } }
const affinity = (...nodeSelectorTerms: NodeSelectorTerm[]): PodSpec => ({
  containers: [],
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } }
})
const asks = (key: string, operator: string, ...values: string[]): PodSpec => affinity({ matchExpressions: [{ key, operator, values }] })

describe('a pod asks for the node', () => {
  it.each<[PodSpec | undefined, boolean]>([
    [undefined, true],
    [{ containers: [], nodeSelector: { disk: 'ssd' } }, true],
    [{ containers: [], nodeSelector: { disk: 'hdd' } }, false],
    [asks('disk', 'In', 'ssd', 'nvme'), true],
    [asks('disk', 'In', 'hdd'), false],
    [asks('gpu', 'NotIn', 'a'), true],
    [asks('disk', 'NotIn', 'ssd'), false],
    [asks('disk', 'Exists'), true],
    [asks('gpu', 'Exists'), false],
    [asks('gpu', 'DoesNotExist'), true],
    [asks('size', 'Gt', '4'), true],
    [asks('size', 'Gt', '5'), false],
    [asks('size', 'Lt', '6'), true],
    [asks('gpu', 'Lt', '6'), false],
    [asks('disk', 'Near'), false],
    [affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['here'] }] }), true],
    [affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['there'] }] }), false],
    [affinity({}, { matchExpressions: [{ key: 'disk', operator: 'Exists' }] }), true],
    [affinity({}), false]
  ])('of %j: %s', (spec, expected) => expect(selectsNode(spec, node)).toBe(expected))
})

describe('a toleration', () => {
  const taint: Taint = { key: 'k', value: 'v', effect: 'NoExecute' }
  it.each<[Toleration, boolean]>([
    [{ operator: 'Exists' }, true],
    [{ key: 'k', operator: 'Exists' }, true],
    [{ key: 'k', value: 'v' }, true],
    [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoExecute' }, true],
    [{ key: 'k', operator: 'Equal', value: 'w' }, false],
    [{ key: 'k', operator: 'Exists', effect: 'NoSchedule' }, false],
    [{ key: 'l', operator: 'Exists' }, false],
    [{ key: 'k', operator: 'Like', value: 'v' }, false]
  ])('%j bears the taint: %s', (toleration, expected) => expect(tolerates(toleration, taint)).toBe(expected))

  it('leaves the taints that it does not bear', () => {
    const other: Taint = { key: 'other', effect: 'PreferNoSchedule' }
    expect(untoleratedTaints({ ...node, spec: { taints: [taint, other] } }, [{ key: 'k', value: 'v' }])).toEqual([other])
    expect(untoleratedTaints(node, [])).toEqual([])
  })
})
