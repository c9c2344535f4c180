/** The roles and bindings that a server begins with. */
import type { Case } from '../../recorded-case.ts'
import { RBAC } from './builders.ts'

export const founding: readonly Case[] = [
  ...[
    'view',
    'edit',
    'admin',
    'cluster-admin',
    'system:basic-user',
    'system:discovery',
    'system:public-info-viewer',
    'system:monitoring',
    'system:auth-delegator',
    'system:aggregate-to-view',
    'system:aggregate-to-edit',
    'system:aggregate-to-admin',
    'system:node-proxier',
    'system:kube-scheduler',
    'system:persistent-volume-provisioner',
    'system:service-account-issuer-discovery',
    'system:node',
    'system:node-bootstrapper',
    'system:heapster',
    'system:kube-dns',
    'system:kube-controller-manager',
    'system:volume-scheduler',
    'system:node-problem-detector',
    'system:kubelet-api-admin',
    'system:controller:job-controller',
    'system:controller:namespace-controller'
  ].map((name): Case => ({
    name: `default role ${name}`,
    steps: [
      {
        verb: 'get',
        path: `/apis/${RBAC}/clusterroles/${name}`,
        show: ['rules', 'metadata.labels', 'metadata.annotations', 'aggregationRule']
      }
    ]
  })),
  ...[
    'cluster-admin',
    'system:basic-user',
    'system:discovery',
    'system:public-info-viewer',
    'system:monitoring',
    'system:node-proxier',
    'system:kube-scheduler',
    'system:service-account-issuer-discovery',
    'system:node',
    'system:kube-dns',
    'system:controller:job-controller'
  ].map((name): Case => ({
    name: `default binding ${name}`,
    steps: [
      {
        verb: 'get',
        path: `/apis/${RBAC}/clusterrolebindings/${name}`,
        show: ['roleRef', 'subjects', 'metadata.labels', 'metadata.annotations']
      }
    ]
  }))
]
