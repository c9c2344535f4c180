/** Quotas and limit ranges. */
import type { Case } from '../../recorded-case.ts'
import { container, object, pod, service } from '../builders.ts'
import { podOf, tried } from '../kind-builders.ts'
import { dry } from './builders.ts'

const quota = (name: string, spec: object) => object('v1 ResourceQuota', name, { spec })

const limits = (name: string, ...items: readonly object[]) => object('v1 LimitRange', name, { spec: { limits: items } })

const cpu = (part: string, cpu: string) => podOf(`pod-${part}-${cpu}`, { resources: { [part]: { cpu } } })

export const amounts: readonly Case[] = [
  tried(
    'quota: rules',
    quota('fine', {
      hard: { pods: '4', 'requests.cpu': '1000m', 'limits.memory': '1024Mi', 'count/deployments.apps': '2', 'requests.nvidia.com/gpu': 4 }
    }),
    quota('bare', {}),
    quota('names', { hard: { gpu: '1' } }),
    quota('storage', { hard: { storage: '1' } }),
    quota('qualified', { hard: { 'a b/c': '1' } }),
    quota('negative', { hard: { pods: '-1' } }),
    quota('half', { hard: { pods: '1500m' } }),
    quota('scope', { hard: { pods: '1' }, scopes: ['Old'] }),
    quota('scope-fit', { hard: { configmaps: '1' }, scopes: ['Terminating'] }),
    quota('scope-pair', { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] }),
    quota('selector', {
      hard: { pods: '1' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] }
    }),
    quota('selector-bad', {
      hard: { pods: '1' },
      scopeSelector: {
        matchExpressions: [
          { scopeName: 'PriorityClass', operator: 'In' },
          { scopeName: 'Terminating', operator: 'In', values: ['x'] },
          { scopeName: 'X', operator: 'Is' }
        ]
      }
    })
  ),
  tried(
    'limit range: rules',
    limits('fine', { type: 'Container', max: { cpu: '2' }, min: { cpu: '100m' }, default: { memory: '1Gi' } }),
    limits('max', { type: 'Container', max: { cpu: '2' } }),
    limits('pod', { type: 'Pod', max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '2' } }),
    limits('pod-default', { type: 'Pod', default: { cpu: '2' } }),
    limits('types', { type: 'Planet' }, { type: '' }),
    limits('twice', { type: 'Pod' }, { type: 'Pod' }),
    limits('names', { type: 'Container', max: { gpu: '1' } }),
    limits('order', { type: 'Container', min: { cpu: '3' }, max: { cpu: '2' } }),
    limits('defaults', { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, default: { cpu: '5' }, defaultRequest: { cpu: '500m' } }),
    limits('ratio', { type: 'Container', maxLimitRequestRatio: { cpu: '500m' } }),
    limits('claim', { type: 'PersistentVolumeClaim', default: { storage: '1Gi' } })
  ),
  {
    name: 'limit range: what pods get, and what is refused',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: limits(
          'l',
          {
            type: 'Container',
            default: { cpu: '500m' },
            defaultRequest: { cpu: '100m', memory: '64Mi' },
            max: { cpu: '1' },
            min: { cpu: '50m' }
          },
          { type: 'Pod', max: { cpu: '2' } }
        )
      },
      dry(pod('plain')),
      dry(cpu('limits', '600m')),
      dry(cpu('limits', '2')),
      dry(cpu('requests', '10m')),
      dry(
        pod('two', {
          containers: [
            container({ resources: { limits: { cpu: '1' } } }),
            container({ name: 'd', resources: { limits: { cpu: '1' } } }),
            container({ name: 'e', resources: { limits: { cpu: '1' } } })
          ]
        })
      ),
      dry(pod('init', { initContainers: [container({ name: 'i' })] }))
    ]
  },
  {
    name: 'quota: what it refuses',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: quota('q', { hard: { pods: '1', 'requests.cpu': '1', 'count/configmaps': '2', services: '1', 'services.nodeports': '0' } })
      },
      { verb: 'wait', of: 'v1 ResourceQuota q', where: { 'status.used.count/configmaps': '1' } },
      dry(pod('silent')),
      dry(cpu('requests', '2')),
      dry(cpu('requests', '1')),
      dry(service('s')),
      dry(service('n', { type: 'NodePort' })),
      { verb: 'create', object: object('v1 ConfigMap', 'one', {}), show: 'verdict' },
      { verb: 'create', object: object('v1 ConfigMap', 'two', {}), show: ['message'] },
      { verb: 'patch', of: 'v1 ResourceQuota q', patch: { spec: { scopes: ['BestEffort'] } }, query: { dryRun: 'All' } }
    ]
  }
]
