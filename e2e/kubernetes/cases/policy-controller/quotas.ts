/** Quotas. */
import type { Case } from '../../recorded-case.ts'
import { object, pod, service } from '../builders.ts'
import { comesTo, made } from '../controller-builders.ts'
import { type Json, claim } from './builders.ts'

const QUOTA = 'v1 ResourceQuota q'

const quota = (hard: Json, more: Json = {}) => object('v1 ResourceQuota', 'q', { spec: { hard, ...more } })

const asking = (requests: Json, limits: Json = {}) => ({
  containers: [{ name: 'c', image: 'registry.example/app:v1', resources: { requests, limits } }]
})

export const quotas: readonly Case[] = [
  {
    name: 'a quota counts, and refuses',
    pods: true,
    steps: [
      ...made(quota({ 'requests.cpu': '1', 'limits.memory': '1Gi', pods: '2', 'count/secrets': '5', services: '1' })),
      comesTo(QUOTA, { 'status.used.pods': '0' }),
      { verb: 'create', object: pod('one', asking({ cpu: '500m' }, { memory: '512Mi' })), show: 'verdict' },
      comesTo(QUOTA, { 'status.used.pods': '1' }),
      { verb: 'create', object: pod('two', asking({ cpu: '600m' }, { memory: '1Mi' })) },
      { verb: 'create', object: pod('three') },
      { verb: 'create', object: service('s'), silent: true },
      comesTo(QUOTA, { 'status.used.services': '1' }, ['status.used']),
      { verb: 'create', object: service('t') },
      { verb: 'delete', of: 'v1 Pod one', options: { gracePeriodSeconds: 0 }, silent: true },
      comesTo(QUOTA, { 'status.used.pods': '0' }, ['status.used'])
    ]
  },
  {
    name: 'a quota of pods that ask for nothing',
    pods: true,
    steps: [
      ...made(quota({ pods: '1' }, { scopes: ['BestEffort'] })),
      comesTo(QUOTA, { 'status.used.pods': '0' }),
      { verb: 'create', object: pod('asks', asking({ cpu: '1m' })), show: 'verdict' },
      { verb: 'create', object: pod('one'), show: 'verdict' },
      { verb: 'create', object: pod('two') },
      comesTo(QUOTA, { 'status.used.pods': '1' })
    ]
  },
  {
    name: 'an update may exceed a quota too',
    pods: true,
    steps: [
      ...made(quota({ 'services.nodeports': '0', services: '3' })),
      comesTo(QUOTA, { 'status.used.services': '0' }, []),
      { verb: 'create', object: service('s'), show: 'verdict' },
      { verb: 'patch', of: 'v1 Service s', patch: { spec: { type: 'NodePort' } } },
      { verb: 'create', object: service('t', { type: 'NodePort' }) }
    ]
  },
  {
    name: 'a quota of claims',
    pods: true,
    steps: [
      ...made(quota({ persistentvolumeclaims: '2', 'requests.storage': '3Gi' })),
      comesTo(QUOTA, { 'status.used.persistentvolumeclaims': '0' }),
      { verb: 'create', object: claim(), show: 'verdict' },
      comesTo(QUOTA, { 'status.used.persistentvolumeclaims': '1' }, ['status.used']),
      { verb: 'create', object: { ...claim({ resources: { requests: { storage: '2500Mi' } } }), metadata: { name: 'more' } } }
    ]
  }
]
