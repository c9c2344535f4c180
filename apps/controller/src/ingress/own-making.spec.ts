/** The webhook is not asked about Ingresses that this role writes: they must be as it would leave them. */
import { expect, it } from '@jest/globals'
import { parseDomainConfig, parseNetworkConfig, type DomainMapping } from '@knative-ts/api'
import { admitted, route } from '@knative-ts/testing'
import { defaultTag, type RevisionTarget, type TargetGroups } from '@knative-ts/traffic'
import { mappedIngressOf } from '../domain-mapping/mapped-ingress-of.ts'
import { ingressOf } from '../route/ingress-of.ts'

const target = (revision: string, percent: number, over: Partial<RevisionTarget> = {}): RevisionTarget => ({
  tag: defaultTag,
  revision,
  configuration: 'hello',
  latest: false,
  latestGiven: true,
  percent,
  percentGiven: true,
  protocol: 'http1',
  ...over
})
const host = (tag: string, visibility: 'ExternalIP' | 'ClusterLocal') => ({
  tag,
  name: tag === defaultTag ? 'hello' : `${tag}-hello`,
  visibility,
  domain: `${tag}hello.default.example.com`,
  local: [`${tag}hello.default`, `${tag}hello.default.svc`, `${tag}hello.default.svc.cluster.local`]
})
const settings = {
  network: parseNetworkConfig({}),
  domain: parseDomainConfig({}),
  clusterDomain: 'cluster.local',
  tagHeaderBasedRouting: false
}
const rollout = {
  configurations: [
    {
      configurationName: 'hello',
      percent: 100,
      revisions: [
        { revisionName: 'one', percent: 99 },
        { revisionName: 'two', percent: 1 }
      ],
      stepParams: {}
    }
  ]
}
const hosts = new Map([
  [defaultTag, host(defaultTag, 'ExternalIP')],
  ['next', host('next', 'ClusterLocal')]
])
const groups: TargetGroups = new Map([
  [defaultTag, [target('one', 60), target('two', 40, { protocol: 'h2c' })]],
  ['next', [target('two', 100, { tag: 'next' })]]
])
const httpOption = { httpOption: 'Enabled' } as const
const tls = [{ hosts: ['hello.default.example.com'], secretName: 'cert', secretNamespace: 'default' }]

it.each([
  [
    'of one revision',
    ingressOf(
      route(),
      { groups: new Map([[defaultTag, [target('one', 100)]]]), hosts, rollout: { configurations: [] }, httpOption },
      settings
    )
  ],
  ['of two and a tag', ingressOf(route(), { groups, hosts, rollout: { configurations: [] }, httpOption }, settings)],
  [
    'with tags by header',
    ingressOf(route(), { groups, hosts, rollout: { configurations: [] }, httpOption }, { ...settings, tagHeaderBasedRouting: true })
  ],
  [
    'on its way to another revision, with a certificate',
    ingressOf(
      route(),
      { groups: new Map([[defaultTag, [target('two', 100, { latest: true })]]]), hosts, rollout, tls, httpOption },
      settings
    )
  ],
  [
    'of a domain',
    mappedIngressOf(
      {
        apiVersion: 'serving.knative.dev/v1beta1',
        kind: 'DomainMapping',
        metadata: { name: 'a.example.org', namespace: 'default', uid: 'u' },
        spec: {}
      } as DomainMapping,
      {
        service: 'hello',
        host: 'hello.default.svc.cluster.local',
        ingressClass: 'gateway.ingress.networking.knative.dev',
        httpOption: { httpOption: 'Redirected' },
        tls,
        challenges: []
      }
    )
  ]
])('an Ingress %s is as the webhook would leave it', (_what, ingress) => {
  expect(admitted(ingress)).toEqual(ingress)
})
