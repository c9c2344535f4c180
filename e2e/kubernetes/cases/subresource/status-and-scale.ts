/** Status and scale. */
import type { Case } from '../../recorded-case.ts'
import { configMap, deployment, object, pod, podTemplate, service } from '../builders.ts'

const DRY = { dryRun: 'All' }

const scale = (name: string, spec: object, metadata = {}) => object('autoscaling/v1 Scale', name, { spec }, metadata)

const set = (kind: string) =>
  object(`apps/v1 ${kind}`, 's', { spec: { replicas: 0, selector: { matchLabels: { app: 's' } }, template: podTemplate('s') } })

const paused = deployment('d', { replicas: 0, paused: true })

export const statusAndScale: readonly Case[] = [
  {
    name: 'scale: of a deployment',
    steps: [
      { verb: 'create', object: paused, silent: true },
      { verb: 'get', of: 'apps/v1 Deployment d', sub: 'scale', show: ['kind', 'apiVersion', 'metadata.name', 'spec', 'status'] },
      { verb: 'update', path: '/apis/apps/v1/namespaces/$NS/deployments/d/scale', object: scale('d', { replicas: -1 }) },
      { verb: 'update', path: '/apis/apps/v1/namespaces/$NS/deployments/d/scale', object: scale('other', { replicas: 1 }) },
      {
        verb: 'update',
        path: '/apis/apps/v1/namespaces/$NS/deployments/d/scale',
        object: scale('d', { replicas: 2 }, { resourceVersion: '1' })
      },
      {
        verb: 'update',
        path: '/apis/apps/v1/namespaces/$NS/deployments/d/scale',
        object: scale('d', { replicas: 2 }),
        query: DRY,
        show: ['spec', 'status']
      },
      { verb: 'update', path: '/apis/apps/v1/namespaces/$NS/deployments/d/scale', object: configMap('d') },
      { verb: 'patch', of: 'apps/v1 Deployment d', sub: 'scale', patch: { spec: { replicas: 0 } }, show: ['spec', 'status'] },
      { verb: 'get', of: 'apps/v1 Deployment nobody', sub: 'scale' },
      { verb: 'delete', of: 'apps/v1 Deployment d', sub: 'scale' }
    ]
  },
  ...(['ReplicaSet', 'StatefulSet'] as const).map((kind): Case => ({
    name: `scale: of a ${kind}`,
    steps: [
      { verb: 'create', object: set(kind), silent: true },
      { verb: 'get', of: `apps/v1 ${kind} s`, sub: 'scale', show: ['kind', 'spec', 'status'] },
      { verb: 'patch', of: `apps/v1 ${kind} s`, sub: 'scale', patch: { spec: { replicas: 3 } }, query: DRY, show: ['spec', 'status'] }
    ]
  })),
  {
    name: 'scale: not of a daemon set',
    steps: [{ verb: 'request', path: '/apis/apps/v1/namespaces/$NS/daemonsets/x/scale' }]
  },
  {
    name: 'status: of a pod',
    pods: true,
    steps: [
      { verb: 'create', object: pod('p', { restartPolicy: 'Never' }), silent: true },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        patch: { status: { phase: 'Running', podIP: '1.2.3.4', podIPs: [{ ip: '1.2.3.4' }] }, spec: { nodeName: 'x' } }
      },
      { verb: 'patch', of: 'v1 Pod p', sub: 'status', patch: { status: { podIPs: [{ ip: 'x' }] } } },
      { verb: 'patch', of: 'v1 Pod p', sub: 'status', patch: { status: { conditions: [{ type: 'a b', status: 'True' }] } } },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        patch: {
          status: {
            containerStatuses: [
              { name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode: 0 } } }
            ]
          }
        },
        show: ['status.containerStatuses']
      },
      {
        verb: 'patch',
        of: 'v1 Pod p',
        sub: 'status',
        patch: {
          status: { containerStatuses: [{ name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state: { running: {} } }] }
        }
      },
      { verb: 'patch', of: 'v1 Pod p', patch: { status: { phase: 'Failed' } }, show: ['status.phase'] },
      { verb: 'get', of: 'v1 Pod p', sub: 'status', show: ['kind', 'status.phase'] }
    ]
  },
  {
    name: 'status: of workloads and services',
    steps: [
      { verb: 'create', object: paused, silent: true },
      {
        verb: 'patch',
        of: 'apps/v1 Deployment d',
        sub: 'status',
        patch: { status: { replicas: 1, readyReplicas: 2, availableReplicas: 3, updatedReplicas: -1 } }
      },
      { verb: 'create', object: service('s'), silent: true },
      { verb: 'patch', of: 'v1 Service s', sub: 'status', patch: { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } } },
      {
        verb: 'patch',
        of: 'v1 Service s',
        sub: 'status',
        patch: { status: { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }, { hostname: 'A b' }] } } }
      },
      {
        verb: 'create',
        object: object('batch/v1 Job', 'j', { spec: { suspend: true, template: podTemplate('j', { restartPolicy: 'Never' }) } }),
        silent: true
      },
      {
        verb: 'patch',
        of: 'batch/v1 Job j',
        sub: 'status',
        patch: { status: { active: -1, ready: 3, conditions: [{ type: 'Complete', status: 'True' }] } }
      },
      { verb: 'patch', of: 'v1 ConfigMap x', sub: 'status', patch: {} },
      { verb: 'patch', of: 'v1 Namespace $NS', sub: 'status', patch: { status: { phase: 'Terminating' } } }
    ]
  }
]
