/** Classes of priority and of runtimes. */
import type { Case } from '../../recorded-case.ts'
import { object, pod } from '../builders.ts'
import { tried } from '../kind-builders.ts'
import { dry } from './builders.ts'

const priority = (name: string, rest: object) => object('scheduling.k8s.io/v1 PriorityClass', name, { ...rest })

const runtime = (name: string, rest: object) => object('node.k8s.io/v1 RuntimeClass', name, { ...rest })

export const classes: readonly Case[] = [
  tried(
    'priority class: rules',
    priority('oracle-fine', { value: 10, description: 'x' }),
    priority('oracle-never', { value: -5, preemptionPolicy: 'Never' }),
    priority('oracle-high', { value: 2_000_000_000 }),
    priority('oracle-policy', { value: 1, preemptionPolicy: 'Always' }),
    priority('system-mine', { value: 1 }),
    priority('Oracle', { value: 1 })
  ),
  {
    name: 'priority class: what pods get',
    pods: true,
    steps: [
      {
        verb: 'create',
        object: priority('oracle-policy-case', { value: 7, preemptionPolicy: 'Never' }),
        show: ['value', 'preemptionPolicy', 'globalDefault']
      },
      dry(pod('named', { priorityClassName: 'oracle-policy-case' })),
      dry(pod('other', { priorityClassName: 'oracle-policy-case', priority: 3 })),
      dry(pod('preempts', { priorityClassName: 'oracle-policy-case', preemptionPolicy: 'PreemptLowerPriority' })),
      dry(pod('unknown', { priorityClassName: 'oracle-nobody' })),
      dry(pod('number', { priority: 3 })),
      dry(pod('system', { priorityClassName: 'system-node-critical' })),
      {
        verb: 'patch',
        of: 'scheduling.k8s.io/v1 PriorityClass oracle-policy-case',
        patch: { value: 8, preemptionPolicy: 'PreemptLowerPriority' }
      },
      {
        verb: 'patch',
        of: 'scheduling.k8s.io/v1 PriorityClass oracle-policy-case',
        patch: { description: 'd' },
        show: ['description', 'metadata.generation']
      }
    ]
  },
  {
    name: 'runtime class: what pods get',
    pods: true,
    steps: [
      dry(
        runtime('oracle-bad', {
          handler: 'A_b',
          overhead: { podFixed: { gpu: '1' } },
          scheduling: { tolerations: [{ key: 'a', operator: 'Is' }] }
        })
      ),
      {
        verb: 'create',
        object: runtime('oracle-policy-case', {
          handler: 'h',
          overhead: { podFixed: { cpu: '10m' } },
          scheduling: { nodeSelector: { a: 'b' }, tolerations: [{ key: 'a', operator: 'Exists' }] }
        })
      },
      dry(pod('named', { runtimeClassName: 'oracle-policy-case' })),
      dry(pod('overhead', { runtimeClassName: 'oracle-policy-case', overhead: { cpu: '20m' } })),
      dry(pod('selector', { runtimeClassName: 'oracle-policy-case', nodeSelector: { a: 'c' } })),
      dry(pod('unknown', { runtimeClassName: 'oracle-nobody' })),
      { verb: 'patch', of: 'node.k8s.io/v1 RuntimeClass oracle-policy-case', patch: { handler: 'other' } }
    ]
  }
]
