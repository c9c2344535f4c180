import { describe, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { hostNameOf, hostsOf, resolvConfOf } from './pod-files.ts'

const pod = (spec: Partial<k8s.PodSpec>, name = 'web'): k8s.Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name },
  spec: { containers: [], ...spec }
})

const head = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`

// What a kubelet 1.34 wrote for the same pods.
describe('files of a pod', () => {
  it.each<[string, Partial<k8s.PodSpec>, string, string]>([
    ['its name', {}, 'web', '10.88.0.9\tweb\n'],
    ['a host name and a subdomain', { hostname: 'bert', subdomain: 'sub' }, 'bert', '10.88.0.9\tbert.sub.shop.svc.cluster.local\tbert\n'],
    [
      'its full name as host name',
      { hostname: 'bert', subdomain: 'sub', setHostnameAsFQDN: true },
      'bert.sub.shop.svc.cluster.local',
      '10.88.0.9\tbert.sub.shop.svc.cluster.local\tbert\n'
    ],
    [
      'aliases',
      {
        hostAliases: [
          { ip: '1.2.3.4', hostnames: ['foo', 'bar'] },
          { ip: '5.6.7.8', hostnames: ['baz'] }
        ]
      },
      'web',
      '10.88.0.9\tweb\n\n# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n5.6.7.8\tbaz\n'
    ]
  ])('/etc/hosts has %s', (_, spec, hostName, tail) => {
    expect(hostNameOf(pod(spec))).toBe(hostName)
    expect(hostsOf(pod(spec), '10.88.0.9')).toBe(head + tail)
  })

  it('a host name has at most 63 characters, and no dash at its end', () => {
    expect(hostNameOf(pod({}, `${'a'.repeat(62)}-bcd`))).toBe('a'.repeat(62))
  })

  const own = 'search shop.svc.cluster.local svc.cluster.local cluster.local'
  it.each<[string, Partial<k8s.PodSpec>, string]>([
    ['the cluster', {}, `${own}\nnameserver 10.88.0.1\noptions ndots:5\n`],
    [
      'additions',
      { dnsConfig: { nameservers: ['9.9.9.9'], searches: ['a.example'], options: [{ name: 'ndots', value: '2' }] } },
      `${own} a.example\nnameserver 10.88.0.1\nnameserver 9.9.9.9\noptions ndots:2\n`
    ],
    [
      'nothing but what the pod says',
      {
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['9.9.9.9'],
          searches: ['a.example', 'b.example'],
          options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }]
        }
      },
      'search a.example b.example\nnameserver 9.9.9.9\noptions ndots:2 edns0\n'
    ],
    ['the machine', { dnsPolicy: 'Default' }, 'search office.example\nnameserver 192.168.1.1\n']
  ])('/etc/resolv.conf is of %s', (_, spec, expected) => {
    expect(resolvConfOf(pod(spec), '10.88.0.1', '# made by hand\nnameserver 192.168.1.1\nsearch office.example\n')).toBe(expected)
  })
})
