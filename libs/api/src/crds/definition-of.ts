import { z } from 'zod'
import type {
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  JSONSchemaProps
} from '../kubernetes/index.ts'
import { WRITTEN } from '../schema/wire.ts'
import { parts } from '../system/parts.ts'
import type { DefinedKind, OtherVersion } from './defined-kind.ts'

/** The CustomResourceDefinition of a kind: its own version is stored, others are converted by Eventing's webhook. Each has a status subresource. */
export function definitionOf(kind: DefinedKind, version: string): CustomResourceDefinition {
  const { group, plural, kind: name, version: apiVersion } = kind.resource
  const { otherVersions = [] } = kind
  const own = versionOf(kind, { version: apiVersion, spec: kind.spec, columns: kind.columns }, true)
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: {
        'app.kubernetes.io/name': ofEventing.includes(group) ? parts.eventing.namespace : parts.serving.namespace,
        'app.kubernetes.io/version': version,
        'knative.dev/crd-install': 'true',
        ...kind.labels
      },
      ...(kind.annotations === undefined ? {} : { annotations: { ...kind.annotations } })
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
      versions: [own, ...otherVersions.map((other) => versionOf(kind, other, false))],
      ...(otherVersions.length === 0 ? {} : { conversion })
    }
  }
}

const ofEventing = ['eventing', 'messaging', 'flows', 'sources', 'sinks'].map((name) => `${name}.knative.dev`)

/** Path and trust are filled in by the running webhook. */
const conversion: CustomResourceConversion = {
  strategy: 'Webhook',
  webhook: {
    conversionReviewVersions: ['v1'],
    clientConfig: { service: { name: 'eventing-webhook', namespace: parts.eventing.namespace, path: '/resource-conversion' } }
  }
}

function versionOf(
  kind: DefinedKind,
  { version, spec, columns, deprecationWarning }: OtherVersion,
  storage: boolean
): CustomResourceDefinitionVersion {
  return {
    name: version,
    served: true,
    storage,
    ...(deprecationWarning === undefined ? {} : { deprecated: true, deprecationWarning }),
    subresources: { status: {} },
    ...(columns.length === 0 ? {} : { additionalPrinterColumns: columns.map((column) => ({ ...column })) }),
    schema: {
      openAPIV3Schema: {
        description: kind.description,
        type: 'object',
        properties: {
          apiVersion: { type: 'string', description: 'The version of the schema of this object.' },
          kind: { type: 'string', description: 'What this object is.' },
          metadata: { type: 'object' },
          spec: structuralSchemaOf(spec),
          ...(kind.status === undefined ? {} : { status: structuralSchemaOf(kind.status) })
        }
      }
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
  return sorted(asked(generated as JSONSchemaProps)) as JSONSchemaProps
}

/** What the webhook writes is not required of who sends. */
function asked(schema: JSONSchemaProps): JSONSchemaProps {
  const { [WRITTEN]: _, required, ...rest } = schema as JSONSchemaProps & { readonly [WRITTEN]?: boolean }
  const { properties, items, additionalProperties } = rest
  const needed = required?.filter((name) => !(WRITTEN in (properties?.[name] ?? {}))) ?? []
  return {
    ...rest,
    ...(needed.length === 0 ? {} : { required: needed }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, asked(one)])) }),
    ...(isSchema(items) ? { items: asked(items) } : {}),
    ...(isSchema(additionalProperties) ? { additionalProperties: asked(additionalProperties) } : {})
  }
}

const isSchema = (value: unknown): value is JSONSchemaProps => typeof value === 'object' && value !== null && !Array.isArray(value)

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
