/** One served resource in one version: what discovery, validation, tables and storage need to know of it. */
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Schema } from '../schema/schema.ts'
import type { Column } from '../table/table.ts'

/** A column of a custom resource, which a path fills. */
export interface PrinterColumn extends Omit<Column, 'cell'> {
  readonly jsonPath: string
}

export interface ResourceType {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly listKind: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** `status`, `scale`, `log`, `token`, ... with the kind they read and write when it differs. */
  readonly subresources: ReadonlyMap<
    string,
    { readonly verbs: readonly string[]; readonly group: string; readonly version: string; readonly kind: string }
  >
  /** Structural schema with `$ref`s resolvable; undefined only for kinds without one. */
  readonly schema: Schema
  /** Storage name, `group/plural`: the same for all versions. */
  readonly storage: string
  /** What its tables show, when that is neither Kubernetes' printers nor a definition's columns. */
  readonly columns?: readonly Column[]
  /** Set for resources defined by a CustomResourceDefinition. */
  readonly custom?: {
    readonly crdName: string
    readonly storageVersion: string
    /** Sent as a Warning with every answer in this version. */
    readonly deprecation?: string
    readonly printerColumns: readonly PrinterColumn[]
    readonly preserveUnknownFields: boolean
    /** What is kept is read through this schema: a definition that came later fills defaults and drops what it does not know. */
    readonly storageSchema: Schema
    /** Revision of the definition that has this schema: what was written after it needs no second look. */
    readonly definedAt: number
    /** The definition has no other version. */
    readonly isOnlyVersion: boolean
    /** Other versions than the stored one are made by a webhook. */
    readonly conversion?: k8s.WebhookConversion
    readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath?: string }
  }
}
