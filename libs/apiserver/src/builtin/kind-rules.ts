/** What the API server knows of a kind beyond its schema. All functions are synchronous: they run inside the store's write. */
import type { KubeObject } from '@knative-ts/api'
import type { Cause } from '../http/errors.ts'

/** Facts that rules may ask for while a write is decided. */
export interface Facts {
  /** Newest durable object of another resource, or undefined. `resource` is its storage name, such as `/namespaces`. */
  find(resource: string, namespace: string, name: string): KubeObject | undefined
  /** All newest durable objects of a resource. */
  list(resource: string): readonly KubeObject[]
  /** RFC 3339, second precision. */
  readonly now: string
}

/** The rules of one kind. Every member may be absent. `T` is the kind's wire type. */
export interface KindRules<T extends KubeObject = KubeObject> {
  /** Fills what the schema's own defaults do not say. Changes `object` in place; runs again after webhooks, so it must be idempotent. */
  readonly defaults?: (object: T) => void
  /** Resets what clients may not set, derives what the server sets. In place. */
  readonly prepareCreate?: (object: T, facts: Facts) => void
  /** Carries over what an update may not change or may leave out. `object` in place, `before` is never changed. */
  readonly prepareUpdate?: (object: T, before: T, facts: Facts) => void
  /** Rules of every state. */
  readonly check?: (object: T) => readonly Cause[]
  /** Rules of a new object beyond those of every state. */
  readonly checkCreate?: (object: T) => readonly Cause[]
  /** Rules of a change. */
  readonly checkUpdate?: (object: T, before: T) => readonly Cause[]
  /** What is wrong with a change is told before what is wrong with the state. */
  readonly updateFirst?: boolean
  /** Rules of a change of status. */
  readonly checkStatus?: (object: T, before: T) => readonly Cause[]
  /** What the server fills in when it reads the stored object: rules do not see it. In place. */
  readonly readBack?: (object: T) => void
  /** Subresources that write a part of spec: what they may write, and their rules beside those of every state. */
  readonly parts?: Readonly<Record<string, PartRules<T>>>
  /** What is told as Warning of a write that is fine. `before` is undefined for a new object. */
  readonly warnings?: (object: T, before: T | undefined) => readonly string[]
  readonly nameProblems?: (name: string) => string[]
  /** Whether metadata.generation counts changes, and of what. Absent: not counted. */
  readonly generation?: 'spec' | 'all'
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly fields?: Readonly<Record<string, (object: T) => string>>
  /** Sent as a Warning with every answer about the kind. */
  readonly deprecation?: string
}

/** A subresource that writes a part of spec. */
export interface PartRules<T> {
  /** Takes back what this subresource may not write. In place. */
  readonly prepare: (object: T, before: T) => void
  readonly check: (object: T, before: T) => readonly Cause[]
}

/** Erases the kind, for the table of all rules: what a storage name leads to is always of that kind. */
export function rulesOf<T extends KubeObject>(rules: KindRules<T>): KindRules {
  return rules as unknown as KindRules
}
