/** Budgets and network policies. */
import type { Case } from '../../recorded-case.ts'
import { networkPolicy } from '../builders.ts'
import { tried } from '../kind-builders.ts'
import { budget } from './builders.ts'

export const budgets: readonly Case[] = [
  tried(
    'budget: rules',
    budget('fine', { maxUnavailable: 1, selector: {} }),
    budget('percent', { minAvailable: '50%', selector: { matchLabels: { a: 'b' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
    budget('bare', {}),
    budget('both', { minAvailable: 1, maxUnavailable: 1 }),
    budget('negative', { minAvailable: -1 }),
    budget('over', { maxUnavailable: '101%' }),
    budget('words', { maxUnavailable: 'some' }),
    budget('selector', { minAvailable: 1, selector: { matchExpressions: [{ key: 'a b', operator: 'Is' }] } }),
    budget('policy', { minAvailable: 1, unhealthyPodEvictionPolicy: 'Never' }),
    budget('A_b', { minAvailable: 1 })
  ),
  tried(
    'network policy: rules',
    networkPolicy('fine'),
    networkPolicy('out', { podSelector: {}, egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }),
    networkPolicy('block', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }] }),
    networkPolicy('blocks', {
      podSelector: {},
      ingress: [
        {
          from: [
            { ipBlock: { cidr: '' } },
            { ipBlock: { cidr: 'x' } },
            { ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', 'y', '10.0.0.0/8'] } }
          ]
        }
      ]
    }),
    networkPolicy('loose', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.1.2.3/8' } }] }] }),
    networkPolicy('peers', { podSelector: {}, ingress: [{ from: [{}, { ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] }] }),
    networkPolicy('ports', {
      podSelector: {},
      ingress: [
        {
          ports: [
            { port: 0 },
            { port: 'A_b' },
            { port: 80, endPort: 70 },
            { port: 'web', endPort: 90 },
            { endPort: 3 },
            { protocol: 'ICMP' }
          ]
        }
      ]
    }),
    networkPolicy('selector', { podSelector: { matchLabels: { 'a b': 'c' } } }),
    networkPolicy('types', { podSelector: {}, policyTypes: ['Ingres'] }),
    networkPolicy('many-types', { podSelector: {}, policyTypes: ['Ingress', 'Egress', 'Ingress'] })
  )
]
