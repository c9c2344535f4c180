/** Lists that are sets, maps or one value. */
import type { Case } from '../../recorded-case.ts'
import { networkPolicy, service, template } from '../builders.ts'
import { as, forced, map, containers } from './builders.ts'

export const lists: readonly Case[] = [
  {
    name: 'finalizers are a set',
    steps: [
      as('m', map({}, { finalizers: ['example.com/a', 'example.com/b'] })),
      as('n', map({}, { finalizers: ['example.com/c', 'example.com/a'] })),
      as('m', map({}, { finalizers: ['example.com/b'] })),
      as('m', map({}, { finalizers: ['example.com/x', 'example.com/x'] })),
      as('n', map({}, {})),
      as('m', map({}))
    ]
  },
  {
    name: 'containers are a map by name',
    steps: [
      as('m', containers({ name: 'a', image: 'x:1' }, { name: 'b', image: 'x:2' })),
      as('n', containers({ name: 'c', image: 'x:3' })),
      as('m', containers({ name: 'b', image: 'x:2' })),
      as('n', containers({ name: 'b', image: 'x:9' })),
      forced('n', containers({ name: 'b', image: 'x:9' }))
    ]
  },
  {
    name: 'the order of containers',
    steps: [
      as('m', containers({ name: 'a', image: 'x' }, { name: 'b', image: 'x' }, { name: 'c', image: 'x' })),
      as('m', containers({ name: 'c', image: 'x' }, { name: 'a', image: 'x' }, { name: 'b', image: 'x' })),
      as('n', containers({ name: 'd', image: 'x' }, { name: 'a', image: 'x' }))
    ]
  },
  { name: 'a container without a name', steps: [as('m', containers({ image: 'x' }))] },
  { name: 'containers without names are one twice', steps: [as('m', containers({ image: 'x' }, { name: '', image: 'y' }))] },
  {
    name: 'env and mounts without their keys',
    steps: [as('m', containers({ name: 'a', image: 'x', env: [{ value: 'v' }], volumeMounts: [{ name: 'v' }] }))]
  },
  {
    name: 'references without a name',
    steps: [
      as('m', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'one' }, imagePullSecrets: [{}] }),
      as('m', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'two' }, secrets: [{ namespace: 'x' }] })
    ]
  },
  { name: 'a container twice', steps: [as('m', containers({ name: 'a', image: 'x' }, { name: 'a', image: 'y' }))] },
  {
    name: 'ports and env of a container',
    steps: [
      as(
        'm',
        containers({
          name: 'a',
          image: 'x',
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
          env: [
            { name: 'E', value: '1' },
            { name: 'F', value: '2' }
          ],
          args: ['x']
        })
      ),
      as(
        'n',
        containers({ name: 'a', ports: [{ containerPort: 80, name: 'web' }, { containerPort: 81 }], env: [{ name: 'G', value: '3' }] })
      ),
      as('n', containers({ name: 'a', args: ['y'] })),
      forced('n', containers({ name: 'a', args: ['y', 'z'], ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }] })),
      as('m', containers({ name: 'a', image: 'x' }))
    ]
  },
  { name: 'a port without its number', steps: [as('m', containers({ name: 'a', image: 'x', ports: [{ name: 'web' }] }))] },
  {
    name: 'lists that are one value',
    steps: [
      as('m', networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }], policyTypes: ['Ingress'] })),
      as('n', networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] })),
      forced('n', networkPolicy('n', { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] })),
      as('m', networkPolicy('n', { podSelector: {}, policyTypes: ['Ingress'] }))
    ]
  },
  {
    name: 'a map that is one value',
    steps: [
      as('m', containers({ name: 'a', image: 'x', resources: { limits: { cpu: '1' } } })),
      as('n', template('one', { nodeSelector: { a: 'b' }, containers: [{ name: 'a' }] } as never)),
      as('o', template('one', { nodeSelector: { c: 'd' }, containers: [{ name: 'a' }] } as never)),
      forced(
        'o',
        template('one', {
          nodeSelector: { c: 'd' },
          containers: [{ name: 'a', resources: { limits: { cpu: '1000m', memory: '1Gi' } } }]
        } as never)
      )
    ]
  },
  {
    name: 'a selector is one value',
    steps: [
      as('m', service('s', { selector: { a: 'b' }, ports: [{ port: 80 }] })),
      as('n', service('s', { selector: { c: 'd' }, ports: [{ port: 81, name: 'x' }] })),
      as('n', service('s', { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] })),
      forced('n', service('s', { selector: { c: 'd' }, ports: [{ port: 80, targetPort: 8080 }] }))
    ]
  }
]
