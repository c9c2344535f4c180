import { z } from 'zod'
import type { CustomResourceDefinition, JSONSchemaProps } from '../kubernetes/index.ts'
import type { DefinedKind } from './kinds.ts'

/** The CustomResourceDefinition of a kind: one version, served and stored, with a status subresource and nothing else. */
export function definitionOf(kind: DefinedKind, version: string): CustomResourceDefinition {
  const { group, plural, kind: name, version: apiVersion } = kind.resource
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: {
        'app.kubernetes.io/name': 'knative-serving',
        'app.kubernetes.io/version': version,
        'knative.dev/crd-install': 'true',
        ...kind.labels
      }
    },
    spec: {
      group,
      names: {
        categories: [...kind.categories],
        kind: name,
        listKind: `${name}List`,
        plural,
        ...(kind.shortNames.length === 0 ? {} : { shortNames: [...kind.shortNames] }),
        singular: name.toLowerCase()
      },
      scope: kind.resource.namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: apiVersion,
          served: true,
          storage: true,
          subresources: { status: {} },
          ...(kind.columns.length === 0 ? {} : { additionalPrinterColumns: kind.columns.map((column) => ({ ...column })) }),
          schema: {
            openAPIV3Schema: {
              description: kind.description,
              type: 'object',
              properties: {
                apiVersion: { type: 'string', description: 'The version of the schema of this object.' },
                kind: { type: 'string', description: 'What this object is.' },
                metadata: { type: 'object' },
                spec: structuralSchemaOf(kind.spec),
                ...(kind.status === undefined ? {} : { status: structuralSchemaOf(kind.status) })
              }
            }
          }
        }
      ]
    }
  }
}

/** Kubernetes' structural form of a zod schema: no references, no unions, unknown fields pruned by leaving them unsaid. */
export function structuralSchemaOf(schema: z.ZodType): JSONSchemaProps {
  const generated = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const form = jsonSchema as Record<string, unknown>
      // Structural schemas say pruning by silence; and the bounds of JSON's own integers say nothing.
      if (form['additionalProperties'] === false) delete form['additionalProperties']
      if (form['minimum'] === Number.MIN_SAFE_INTEGER) delete form['minimum']
      if (form['maximum'] === Number.MAX_SAFE_INTEGER) delete form['maximum']
      if (form['propertyNames'] !== undefined) delete form['propertyNames']
      if (form['x-kubernetes-int-or-string'] === true) {
        delete form['type']
        form['anyOf'] = [{ type: 'integer' }, { type: 'string' }]
      }
    }
  })
  delete (generated as Record<string, unknown>)['$schema']
  return sorted(generated) as JSONSchemaProps
}

/** Keys by alphabet, so that the text does not depend on the order of declarations. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)])
  )
}
