/** Resource types that a CustomResourceDefinition defines: one for each served version. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { SchemaSet } from '../openapi/schema-set.ts'
import type { Schema } from '../schema/schema.ts'
import type { ResourceType } from './resource-type.ts'

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
const SUBRESOURCE_VERBS = ['get', 'patch', 'update']
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'

/** `metadata` as the API machinery reads it, with a definition's own limits on `name` and `generateName`. */
function metadataSchema(own: Schema | undefined): Schema {
  const meta = SchemaSet.builtin().get(META)
  if (own?.properties === undefined) return meta
  const limited = Object.entries(own.properties).map(([key, limits]) => [key, { ...meta.properties?.[key], ...limits }])
  return { ...meta, properties: { ...meta.properties, ...Object.fromEntries(limited) } }
}

/** The schema of a custom object as walkers need it: `apiVersion`, `kind` and `metadata` are always the API machinery's. */
function objectSchema(version: k8s.CustomResourceDefinitionVersion): Schema {
  const own = (version.schema?.openAPIV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }) as Schema
  const string: Schema = { type: 'string' }
  return { ...own, properties: { ...own.properties, apiVersion: string, kind: string, metadata: metadataSchema(own.properties?.metadata) } }
}

function scaleOf(scale: k8s.CustomResourceSubresourceScale | undefined) {
  if (scale === undefined) return {}
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return { scale: { specReplicasPath, statusReplicasPath, ...(labelSelectorPath === undefined ? {} : { labelSelectorPath }) } }
}

/** The types of all served versions of a definition, which the caller has validated, newest first as listed. */
export function customTypes(crd: k8s.CustomResourceDefinition): ResourceType[] {
  const { group, scope, versions, conversion } = crd.spec
  // What a definition asks for is not yet what it has: another one may hold the name.
  const names = { ...crd.spec.names, ...(crd.status?.acceptedNames?.plural ? crd.status.acceptedNames : {}) }
  const storage = versions.find((version) => version.storage) ?? versions[0]
  const storageVersion = storage?.name ?? ''
  const storageSchema = storage === undefined ? {} : objectSchema(storage)
  const definedAt = Number(crd.metadata.resourceVersion ?? 0)
  return versions
    .filter((version) => version.served)
    .map((version) => {
      const status =
        version.subresources?.status === undefined
          ? []
          : [['status', { verbs: SUBRESOURCE_VERBS, group, version: version.name, kind: names.kind }] as const]
      const scale =
        version.subresources?.scale === undefined
          ? []
          : [['scale', { verbs: SUBRESOURCE_VERBS, group: 'autoscaling', version: 'v1', kind: 'Scale' }] as const]
      const schema = version === storage ? storageSchema : objectSchema(version)
      return {
        group,
        version: version.name,
        plural: names.plural,
        singular: names.singular ?? names.kind.toLowerCase(),
        kind: names.kind,
        listKind: names.listKind ?? `${names.kind}List`,
        shortNames: names.shortNames ?? [],
        categories: names.categories ?? [],
        namespaced: scope === 'Namespaced',
        verbs: VERBS,
        subresources: new Map([...status, ...scale]),
        schema,
        storage: `${group}/${names.plural}`,
        custom: {
          crdName: `${names.plural}.${group}`,
          storageVersion,
          storageSchema,
          definedAt,
          isOnlyVersion: versions.length === 1,
          ...(conversion?.strategy === 'Webhook' && conversion.webhook != null ? { conversion: conversion.webhook } : {}),
          ...(version.deprecated === true && {
            deprecation: version.deprecationWarning ?? `${group}/${version.name} ${names.kind} is deprecated`
          }),
          printerColumns: version.additionalPrinterColumns ?? [],
          preserveUnknownFields: schema['x-kubernetes-preserve-unknown-fields'] === true,
          ...scaleOf(version.subresources?.scale)
        }
      }
    })
}
