/** Services, Endpoints, EndpointSlices, Ingresses: addresses, ports, families, and what changes between types. */
import type { Case } from '../recorded-case.ts'
import { object, service } from './builders.ts'
import { changed, tried } from './kind-builders.ts'

const slice = (name: string, rest: object) =>
  object('discovery.k8s.io/v1 EndpointSlice', name, { addressType: 'IPv4', endpoints: [], ...rest })
const endpoints = (name: string, ...subsets: readonly object[]) => object('v1 Endpoints', name, { subsets })
const ingress = (name: string, spec: object, metadata = {}) => object('networking.k8s.io/v1 Ingress', name, { spec }, metadata)
const path = (rest: object) => ({
  rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } }, ...rest }] } }]
})
const backend = (value: object) => ({ defaultBackend: value })

export const cases: readonly Case[] = [
  tried(
    'service: defaults of types',
    service('plain'),
    service('node', { type: 'NodePort' }),
    service('balanced', { type: 'LoadBalancer' }),
    service('balanced-local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
    service('unnumbered', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, loadBalancerClass: 'example.com/lb' }),
    service('named', { type: 'ExternalName', externalName: 'example.com.' }),
    service('headless', { clusterIP: 'None' }),
    service('headless-selecting', { clusterIP: 'None', selector: { a: 'b' } }),
    service('headless-portless', { clusterIP: 'None', ports: [] }),
    service('sticky', { sessionAffinity: 'ClientIP' }),
    service('sticky-seconds', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }),
    service('external-ips', { externalIPs: ['1.2.3.4'] }),
    service('prefers-two', { ipFamilyPolicy: 'PreferDualStack' }),
    service('ports', {
      ports: [
        { name: 'a', port: 80, targetPort: 'web' },
        { name: 'b', port: 80, protocol: 'UDP' },
        { name: 'c', port: 443, appProtocol: 'kubernetes.io/h2c' }
      ]
    }),
    service('numbered', {
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80, nodePort: 30_999 },
        { name: 'b', port: 80, protocol: 'UDP' }
      ]
    }),
    service('spread', { trafficDistribution: 'PreferSameNode', publishNotReadyAddresses: true })
  ),
  tried(
    'service: members that are wrong',
    service('no-ports', { ports: [] }),
    service('A_b'),
    service('1st'),
    service('ports', { ports: [{ port: 0 }, { port: 70_000, name: 'A' }] }),
    service('twice', {
      ports: [
        { name: 'a', port: 80 },
        { name: 'a', port: 81 }
      ]
    }),
    service('same', {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 }
      ]
    }),
    service('target', { ports: [{ port: 80, targetPort: 'A_b' }] }),
    service('target-number', { ports: [{ port: 80, targetPort: 99_999, protocol: 'http', appProtocol: 'a b' }] }),
    service('type', { type: 'Cloud' }),
    service('affinity', { sessionAffinity: 'Sticky' }),
    service('affinity-seconds', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 100_000 } } }),
    service('selector', { selector: { 'a b': 'c' } }),
    service('named', { type: 'ExternalName', externalName: '' }),
    service('named-badly', { type: 'ExternalName', externalName: 'A_b' }),
    service('named-address', { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.96.3.4' }),
    service('outer', { externalTrafficPolicy: 'Local' }),
    service('outer-odd', { type: 'NodePort', externalTrafficPolicy: 'Far' }),
    service('inner', { internalTrafficPolicy: 'Far' }),
    service('spread', { trafficDistribution: 'Near' }),
    service('node-port', { ports: [{ port: 80, nodePort: 30_001 }] }),
    service('node-port-far', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
    service('node-port-twice', {
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80, nodePort: 30_777 },
        { name: 'b', port: 81, nodePort: 30_777 }
      ]
    }),
    service('balanced-only', { loadBalancerClass: 'a/b', allocateLoadBalancerNodePorts: true, loadBalancerSourceRanges: ['1.2.3.4/8'] }),
    service('ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: ['1.2.3.4', ' 10.0.0.0/8 '] }),
    service('health', { type: 'NodePort', healthCheckNodePort: 30_500 }),
    service('externals', { externalIPs: ['x', '127.0.0.1', '0.0.0.0', '169.254.1.1'] })
  ),
  tried(
    'service: addresses and families',
    service('outside', { clusterIP: '1.2.3.4' }),
    service('no-address', { clusterIP: 'x' }),
    service('plural-only', { clusterIPs: ['10.96.7.7'] }),
    service('differ', { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.8'] }),
    service('none-and', { clusterIP: 'None', clusterIPs: ['None', '10.96.7.7'] }),
    service('two-of-one', { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7', '10.96.7.8'] }),
    service('sixth', { ipFamilies: ['IPv6'] }),
    service('sixth-address', { clusterIP: 'fd00::1' }),
    service('odd-family', { ipFamilies: ['IPv5'] }),
    service('family-twice', { ipFamilies: ['IPv4', 'IPv4'] }),
    service('both', { ipFamilies: ['IPv4', 'IPv6'] }),
    service('both-needed', { ipFamilyPolicy: 'RequireDualStack' }),
    service('odd-policy', { ipFamilyPolicy: 'Any' }),
    service('headless-balanced', { type: 'LoadBalancer', clusterIP: 'None' }),
    service('headless-node', { type: 'NodePort', clusterIP: 'None' })
  ),
  tried(
    'service: warnings',
    service('headless', { clusterIP: 'None', externalIPs: ['1.2.3.4'], sessionAffinity: 'ClientIP', loadBalancerIP: '1.2.3.4' }),
    service('named', { type: 'ExternalName', externalName: 'a.b', externalIPs: ['1.2.3.4'] }),
    service('unnamed', { externalName: 'a.b' }),
    service('zeros', { externalIPs: ['01.2.3.4'] }),
    service('ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.1.2.3/8'] }),
    object(
      'v1 Service',
      'hints',
      { spec: { ports: [{ port: 80 }] } },
      { annotations: { 'service.kubernetes.io/topology-aware-hints': 'auto' } }
    )
  ),
  changed(
    'service: what may change',
    service('s', { selector: { a: 'b' } }),
    { spec: { type: 'NodePort' } },
    { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } },
    { spec: { type: 'ExternalName', externalName: 'a.b' } },
    { spec: { clusterIP: '10.96.1.9' } },
    { spec: { clusterIP: 'None' } },
    { spec: { clusterIP: '' } },
    { spec: { clusterIP: null, clusterIPs: null } },
    { spec: { ipFamilies: ['IPv6'] } },
    { spec: { ports: [{ port: 81 }] } },
    { spec: { ports: [] } },
    { spec: { selector: null } }
  ),
  changed(
    'service: from node ports',
    service('s', { type: 'NodePort' }),
    { spec: { type: 'ClusterIP' } },
    { spec: { ports: [{ port: 80 }] } },
    { spec: { ports: [{ port: 80, nodePort: 31_234 }] } },
    { spec: { type: 'ExternalName', externalName: 'a.b' } },
    { spec: { sessionAffinity: 'ClientIP' } }
  ),
  changed(
    'service: from a name',
    service('s', { type: 'ExternalName', externalName: 'a.b' }),
    { spec: { type: 'ClusterIP' } },
    { spec: { externalName: null } }
  ),
  changed(
    'service: from none',
    service('s', { clusterIP: 'None', selector: { a: 'b' } }),
    { spec: { clusterIP: '10.96.1.9' } },
    { spec: { type: 'NodePort' } },
    { spec: { ports: null } }
  ),
  tried(
    'endpoints: rules',
    endpoints('fine', { addresses: [{ ip: '1.2.3.4', nodeName: 'n' }], ports: [{ port: 80 }] }),
    endpoints('none', {}),
    endpoints('bad', {
      addresses: [{ ip: 'x' }, { ip: '169.254.0.1', hostname: 'A' }],
      ports: [{ port: 0 }, { port: 1, name: 'a', protocol: 'X' }]
    }),
    endpoints('zeros', { notReadyAddresses: [{ ip: '01.2.3.4' }] })
  ),
  tried(
    'endpoint slice: rules',
    slice('fine', { endpoints: [{ addresses: ['1.2.3.4'], conditions: { ready: true } }], ports: [{ port: 80 }] }),
    slice('bare', { endpoints: undefined }),
    slice('type', { addressType: 'IPv5' }),
    slice('no-type', { addressType: undefined }),
    slice('addresses', { endpoints: [{ addresses: [] }, { addresses: ['x', '::1', '169.254.0.1'] }] }),
    slice('domain', { addressType: 'FQDN', endpoints: [{ addresses: ['example.com', 'x', 'A b'] }] }),
    slice('ports', { ports: [{ name: 'A' }, { name: 'b', protocol: 'X' }, { name: 'b', appProtocol: 'a b' }] }),
    slice('members', {
      endpoints: [{ addresses: ['1.2.3.4'], hostname: 'A', nodeName: 'A', hints: { forZones: [{ name: 'z' }, { name: 'z' }] } }]
    })
  ),
  changed(
    'endpoint slice: what may change',
    slice('s', { endpoints: [{ addresses: ['1.2.3.4'] }] }),
    { addressType: 'FQDN' },
    { endpoints: [{ addresses: ['1.2.3.5'] }] }
  ),
  tried(
    'ingress: rules',
    ingress('fine', path({})),
    ingress('empty', {}),
    ingress('no-type', path({ pathType: undefined })),
    ingress('type', path({ pathType: 'Glob' })),
    ingress('relative', path({ path: 'x' })),
    ingress('odd-path', path({ path: '/a//b/../%2f/.' })),
    ingress('exact', path({ path: '', pathType: 'Exact' })),
    ingress('own-path', path({ path: '', pathType: 'ImplementationSpecific' })),
    ingress('no-paths', { rules: [{ host: 'a.b', http: { paths: [] } }] }),
    ingress('hosts', { rules: [{ host: '1.2.3.4' }, { host: 'A_b' }, { host: '*.a.b' }, { host: '*.' }, { host: 'a.*' }] }),
    ingress('no-backend', backend({})),
    ingress('both', backend({ service: { name: 's' }, resource: { kind: 'K', name: 'n' } })),
    ingress('port', backend({ service: { name: 'S', port: { name: 'A', number: 3 } } })),
    ingress('no-port', backend({ service: { name: 's' } })),
    ingress('far-port', backend({ service: { name: '', port: { number: 99_999 } } })),
    ingress('resource', backend({ resource: { apiGroup: 'A b', kind: '', name: 'a/b' } })),
    ingress('tls', { ...backend({ service: { name: 's', port: { number: 1 } } }), tls: [{ hosts: ['*.a.b', 'A'], secretName: 'S' }] }),
    ingress('class', { ...path({}), ingressClassName: 'A b' }),
    ingress('annotated', path({}), { annotations: { 'kubernetes.io/ingress.class': 'x' } }),
    ingress('annotated-both', { ...path({}), ingressClassName: 'y' }, { annotations: { 'kubernetes.io/ingress.class': 'x' } })
  ),
  tried(
    'ingress class: rules',
    object('networking.k8s.io/v1 IngressClass', 'oracle-fine', {
      spec: { controller: 'example.com/x', parameters: { kind: 'K', name: 'n' } }
    }),
    object('networking.k8s.io/v1 IngressClass', 'oracle-none', { spec: {} }),
    object('networking.k8s.io/v1 IngressClass', 'oracle-bad', {
      spec: { controller: 'x', parameters: { kind: '', name: 'a/b', scope: 'Namespace' } }
    }),
    object('networking.k8s.io/v1 IngressClass', 'oracle-scope', {
      spec: { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', scope: 'World', namespace: 'x' } }
    })
  )
]
