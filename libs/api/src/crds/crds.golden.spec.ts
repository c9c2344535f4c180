import { describe, expect, it } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { JSONSchemaProps } from '../kubernetes/index.ts'
import { definitionFiles } from './definition-text.ts'
import { customResourceDefinitions } from './index.ts'

const definitions = customResourceDefinitions('serving')
const all = customResourceDefinitions()
const schemaOf = (name: string): JSONSchemaProps => {
  const schema = all.find(({ metadata }) => metadata.name === name)?.spec.versions[0]?.schema?.openAPIV3Schema
  if (schema === undefined) throw new Error(`no definition ${name}`)
  return schema
}
const at = (schema: JSONSchemaProps, ...path: string[]): JSONSchemaProps =>
  path.reduce<JSONSchemaProps>((inner, name) => {
    const next = name === '[]' ? (inner.items as JSONSchemaProps | undefined) : inner.properties?.[name]
    if (next === undefined) throw new Error(`no ${name} in the schema`)
    return next
  }, schema)

describe('the custom resource definitions', () => {
  it('are what the schemas say today', () => {
    const version = definitions[0]?.metadata.labels?.['app.kubernetes.io/version'] ?? ''
    for (const [name, text] of definitionFiles(version)) {
      expect([name, readFileSync(new URL(`gen/${name}`, import.meta.url), 'utf8') === text]).toEqual([name, true])
    }
  })

  it('name the kinds as upstream does', () => {
    const rows = definitions.map(({ spec }) => {
      const [version] = spec.versions
      const columns = version?.additionalPrinterColumns?.map(({ name }) => name).join(',')
      return [
        spec.group,
        version?.name,
        spec.names.kind,
        spec.names.shortNames?.join(',') ?? '',
        spec.names.categories?.join(','),
        columns
      ].join(' | ')
    })
    expect(rows).toEqual([
      'serving.knative.dev | v1 | Service | kservice,ksvc | all,knative,serving | URL,LatestCreated,LatestReady,Ready,Reason',
      'serving.knative.dev | v1 | Configuration | config,cfg | all,knative,serving | LatestCreated,LatestReady,Ready,Reason',
      'serving.knative.dev | v1 | Revision | rev | all,knative,serving | Config Name,Generation,Ready,Reason,Actual Replicas,Desired Replicas',
      'serving.knative.dev | v1 | Route | rt | all,knative,serving | URL,Ready,Reason',
      'serving.knative.dev | v1beta1 | DomainMapping | dm | all,knative,serving | URL,Ready,Reason',
      'autoscaling.internal.knative.dev | v1alpha1 | PodAutoscaler | kpa,pa | knative-internal,autoscaling | DesiredScale,ActualScale,Ready,Reason',
      'autoscaling.internal.knative.dev | v1alpha1 | Metric |  | knative-internal,autoscaling | Ready,Reason',
      'networking.internal.knative.dev | v1alpha1 | ServerlessService | sks | knative-internal,networking | Mode,Activators,ServiceName,PrivateServiceName,Ready,Reason',
      'networking.internal.knative.dev | v1alpha1 | Ingress | kingress,king | knative-internal,networking | Ready,Reason',
      'networking.internal.knative.dev | v1alpha1 | Certificate | kcert | knative-internal,networking | Ready,Reason',
      'networking.internal.knative.dev | v1alpha1 | ClusterDomainClaim | cdc | knative-internal,networking | ',
      'caching.internal.knative.dev | v1alpha1 | Image |  | knative-internal,caching | Image'
    ])
  })

  it('have a status subresource and no scale', () => {
    for (const { spec } of definitions) expect(spec.versions.map(({ subresources }) => subresources)).toEqual([{ status: {} }])
  })

  it('leave out the fields of a container that are pruned', () => {
    const container = at(schemaOf('services.serving.knative.dev'), 'spec', 'template', 'spec', 'containers', '[]')
    const fields = Object.keys(container.properties ?? {})
    for (const field of ['lifecycle', 'stdin', 'stdinOnce', 'tty', 'volumeDevices']) expect(fields).not.toContain(field)
    expect(Object.keys(at(container, 'ports', '[]').properties ?? {})).toEqual(['containerPort', 'name', 'protocol'])
    expect(at(container, 'ports')).not.toHaveProperty('x-kubernetes-list-type')
    expect(at(container, 'env')['x-kubernetes-list-map-keys']).toEqual(['name'])
  })

  it('keep what is behind feature flags as it is', () => {
    const spec = at(schemaOf('revisions.serving.knative.dev'), 'spec')
    expect(spec.required).toEqual(['containers'])
    for (const field of ['affinity', 'dnsConfig', 'securityContext']) {
      expect(at(spec, field)).toMatchObject({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
    }
    expect(at(spec, 'initContainers', '[]')).toMatchObject({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
  })

  it('are structural: no references, no closed objects, every property has a type', () => {
    const check = (schema: JSONSchemaProps, path: string): void => {
      expect([path, schema.$ref, schema.additionalProperties === false]).toEqual([path, undefined, false])
      const isTyped = schema['x-kubernetes-int-or-string'] === true || typeof schema.type === 'string'
      expect([path, isTyped]).toEqual([path, true])
      for (const [name, inner] of Object.entries(schema.properties ?? {})) check(inner, `${path}.${name}`)
      if (schema.items !== undefined) check(schema.items as JSONSchemaProps, `${path}[]`)
      if (typeof schema.additionalProperties === 'object') check(schema.additionalProperties as JSONSchemaProps, `${path}{}`)
    }
    for (const { metadata, spec } of all) {
      for (const { name, schema } of spec.versions)
        if (schema?.openAPIV3Schema !== undefined) check(schema.openAPIV3Schema, `${metadata.name}/${name}`)
    }
  })
})
