import { describe, expect, it } from '@jest/globals'
import { parseAutoscalerConfig } from './autoscaler-config.ts'
import { parseCertmanagerConfig } from './certmanager-config.ts'
import { exampleChecksum } from './config-map.rules.ts'
import { parseDefaultsConfig } from './defaults-config.ts'
import { parseDeploymentConfig } from './deployment-config.ts'
import { domainFor, parseDomainConfig } from './domain-config.ts'
import { parseFeaturesConfig } from './features-config.ts'
import { parseGcConfig } from './gc-config.ts'
import { domainNameOf, hostOfTag } from './host-template.ts'
import { parseLeaderElectionConfig } from './leader-election-config.ts'
import { componentLevel, logLevelOf, parseLoggingConfig } from './logging-config.ts'
import { parseNetworkConfig } from './network-config.ts'
import { parseObservabilityConfig } from './observability-config.ts'
import { parseRuntimeClasses, runtimeClassFor } from './runtime-class-config.ts'

describe('what an empty ConfigMap means', () => {
  it('is the reference table of config-autoscaler', () => {
    expect(parseAutoscalerConfig({})).toEqual({
      containerConcurrencyTargetFraction: 0.7,
      containerConcurrencyTargetDefault: 100,
      requestsPerSecondTargetDefault: 200,
      targetBurstCapacity: 211,
      stableWindowMs: 60_000,
      panicWindowPercentage: 10,
      panicThresholdPercentage: 200,
      maxScaleUpRate: 1000,
      maxScaleDownRate: 2,
      enableScaleToZero: true,
      scaleToZeroGracePeriodMs: 30_000,
      scaleToZeroPodRetentionPeriodMs: 0,
      podAutoscalerClass: 'kpa.autoscaling.knative.dev',
      activatorCapacity: 100,
      initialScale: 1,
      allowZeroInitialScale: false,
      minScale: 0,
      maxScale: 0,
      maxScaleLimit: 0,
      scaleDownDelayMs: 0
    })
  })

  it('is the reference table of the others', () => {
    expect(parseDefaultsConfig({})).toMatchObject({
      revisionTimeoutSeconds: 300,
      maxRevisionTimeoutSeconds: 600,
      containerConcurrencyMaxLimit: 1000,
      enableServiceLinks: false
    })
    expect(parseGcConfig({})).toEqual({
      retainSinceCreateTimeMs: 172_800_000,
      retainSinceLastActiveTimeMs: 54_000_000,
      minNonActiveRevisions: 20,
      maxNonActiveRevisions: 1000
    })
    expect(parseLeaderElectionConfig({})).toMatchObject({
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      buckets: 1
    })
    expect(parseDeploymentConfig({ 'queue-sidecar-image': 'q' })).toMatchObject({
      progressDeadlineMs: 600_000,
      queueSidecarResources: { cpuRequest: '25m' },
      defaultAffinityType: 'prefer-spread-revision-over-nodes'
    })
    expect(parseNetworkConfig({})).toMatchObject({
      ingressClass: 'gateway.ingress.networking.knative.dev',
      certificateClass: 'issuer.certificate.networking.knative.dev',
      httpProtocol: 'enabled',
      rolloutDurationSeconds: 0,
      defaultExternalPort: 80
    })
    expect(parseObservabilityConfig({})).toMatchObject({
      metrics: { protocol: 'none' },
      tracing: { samplingRate: 0 },
      runtime: { profiling: false, exportIntervalMs: 15_000 }
    })
    const features = parseFeaturesConfig({})
    expect(
      Object.entries(features)
        .filter(([, flag]) => flag !== 'Disabled')
        .map(([name]) => name)
    ).toEqual(['multiContainer', 'volumesEmptyDir'])
  })
})

describe('TLS in config-network', () => {
  it.each([
    [{}, [false, false, false]],
    [{ 'external-domain-tls': 'ENABLED', 'cluster-local-domain-tls': 'enabled', 'system-internal-tls': 'Enabled' }, [true, true, true]],
    [{ 'auto-tls': 'Enabled', 'internal-encryption': 'true' }, [true, false, true]],
    [{ 'external-domain-tls': 'yes', 'cluster-local-domain-tls': '' }, [false, false, false]]
  ])('%j is outside, inside, among themselves: %j', (data, told) => {
    const { externalDomainTls, clusterLocalDomainTls, systemInternalTls } = parseNetworkConfig(data as Record<string, string>)
    expect([externalDomainTls, clusterLocalDomainTls, systemInternalTls]).toEqual(told)
  })

  it.each(['cluster-local-domain-tls', 'system-internal-tls'])('an unknown %s is an error', (key) => {
    expect(() => parseNetworkConfig({ [key]: 'yes' })).toThrow(`${key} with value: "yes" in config-network ConfigMap is not supported`)
  })

  it('the port of https is 443 unless said', () => {
    expect(parseNetworkConfig({}).defaultExternalHttpsPort).toBe(443)
    expect(() => parseNetworkConfig({ 'default-external-https-port': '65536' })).toThrow(
      'default-external-https-port must be between 1 and 65535'
    )
  })
})

describe('config-certmanager', () => {
  const byDefault = { kind: 'ClusterIssuer', name: 'knative-selfsigned-issuer' }

  it('names one issuer for everything by default', () => {
    const config = { issuerRef: byDefault, clusterLocalIssuerRef: byDefault, systemInternalIssuerRef: byDefault }
    expect(parseCertmanagerConfig({})).toEqual(config)
    expect(parseCertmanagerConfig({ issuerRef: '', unknown: '{' })).toEqual(config)
  })

  it('names one for each type', () => {
    const config = parseCertmanagerConfig({
      issuerRef: 'kind: Issuer\nname: mine\ngroup: example.com',
      clusterLocalIssuerRef: '{"name": "inside"}'
    })
    expect(config).toEqual({
      issuerRef: { kind: 'Issuer', name: 'mine', group: 'example.com' },
      clusterLocalIssuerRef: { kind: 'ClusterIssuer', name: 'inside' },
      systemInternalIssuerRef: byDefault
    })
  })

  it.each([
    ['- a', /cannot unmarshal array into Go value of type v1.ObjectReference/],
    ['{', /error converting YAML to JSON/],
    ['name: [1]', /config-certmanager key "issuerRef": name must be a text/]
  ])('refuses %j', (issuerRef, words) => {
    expect(() => parseCertmanagerConfig({ issuerRef })).toThrow(words)
  })
})

describe('domains', () => {
  const config = parseDomainConfig({ 'example.com': '', 'b.example.com': 'selector:\n  app: x', 'a.example.com': 'selector:\n  app: x' })

  it('go to the rule with most labels, then by alphabet', () => {
    expect(domainFor(config, {})).toBe('example.com')
    expect(domainFor(config, { app: 'x' })).toBe('a.example.com')
    expect(domainFor(config, { app: 'x', 'networking.knative.dev/visibility': 'cluster-local' })).toBe('svc.cluster.local')
  })

  it('are local where nobody says otherwise', () => {
    expect(domainFor(parseDomainConfig({}), {})).toBe('svc.cluster.local')
    expect(domainFor(parseDomainConfig({ 'b.example.com': 'selector:\n  app: x' }), {})).toBe('svc.cluster.local')
  })

  it.each(['- a', 'x', 'selector: [1]', 'selector:\n  a: 1', '{'])('refuse %j', (text) => {
    expect(() => parseDomainConfig({ 'example.com': text })).toThrow(
      /error (un)?marshaling JSON|error converting YAML|selector must be a map of strings/
    )
  })
})

describe('hosts', () => {
  it('come from templates', () => {
    const { domainTemplate, tagTemplate } = parseNetworkConfig({})
    const values = { name: 'hello', namespace: 'default', domain: 'localhost', annotations: {}, labels: {} }
    expect(domainNameOf(domainTemplate, values)).toEqual({ ok: true, value: 'hello.default.localhost' })
    expect(hostOfTag(tagTemplate, 'hello', 'blue')).toEqual({ ok: true, value: 'blue-hello' })
  })

  it('carry a port of our own choice', () => {
    expect(parseNetworkConfig({ 'default-external-port': '8080' }).defaultExternalPort).toBe(8080)
    expect(() => parseNetworkConfig({ 'default-external-port': '0' })).toThrow('default-external-port must be between 1 and 65535, was: 0')
  })
})

describe('the rest', () => {
  it('runtime classes go to the rule with most labels', () => {
    const rules = parseRuntimeClasses('plain: {}\nkata:\n  selector:\n    app: x\n')
    expect([runtimeClassFor(rules, {}), runtimeClassFor(rules, { app: 'x' }), runtimeClassFor([], {})]).toEqual([
      'plain',
      'kata',
      undefined
    ])
  })

  it('levels are by component', () => {
    const config = parseLoggingConfig({ 'loglevel.controller': 'debug' })
    expect([logLevelOf(config, 'controller'), logLevelOf(config, 'webhook')]).toEqual(['debug', 'info'])
  })

  it.each([
    [{}, undefined],
    [{ 'zap-logger-config': '{"level":"warn"}' }, 'warn'],
    [{ 'zap-logger-config': '{"level":"warn"}', 'loglevel.webhook': 'debug' }, 'debug'],
    [{ 'zap-logger-config': '{"level":"loud"}' }, undefined],
    [{ 'zap-logger-config': 'level: warn' }, undefined],
    [{ 'zap-logger-config': 'null' }, undefined],
    [{ 'loglevel.controller': 'debug' }, undefined]
  ])('a component takes its own level, else the one of all: %j is %s', (data, expected) => {
    expect(componentLevel(parseLoggingConfig(data as Record<string, string>), 'webhook')).toBe(expected)
  })

  it('new names of a key win over old ones', () => {
    expect(parseNetworkConfig({ 'ingress.class': 'old', 'ingress-class': 'new' }).ingressClass).toBe('new')
  })

  it('checksums do not see blank lines', () => {
    expect(exampleChecksum(' a\n\nb ')).toBe(exampleChecksum('a\r\nb'))
    expect(exampleChecksum('a')).toMatch(/^[0-9a-f]{8}$/)
  })
})
