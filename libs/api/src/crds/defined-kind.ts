import type { z } from 'zod'
import type { Resource } from '../object.ts'

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date'
  readonly jsonPath: string
  /** 1 for columns that `-o wide` alone shows. */
  readonly priority?: number
}

/** Another version that the objects of a kind are served in. */
export interface OtherVersion {
  readonly version: string
  readonly spec: z.ZodType
  readonly columns: readonly Column[]
  /** Told to everybody who uses it. */
  readonly deprecationWarning?: string
}

/** All that a CustomResourceDefinition of ours is made of. */
export interface DefinedKind {
  readonly resource: Resource
  readonly description: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly columns: readonly Column[]
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec: z.ZodType
  /** Absent for a kind that nobody tells the state of. */
  readonly status?: z.ZodType
  /** Versions beside that of the resource, which is stored; the webhook of Eventing converts. */
  readonly otherVersions?: readonly OtherVersion[]
}

export const column = (name: string, jsonPath: string, type: Column['type'] = 'string'): Column => ({ name, type, jsonPath })

/** Whether an object is ready, and why not. */
export const readiness = [
  column('Ready', ".status.conditions[?(@.type=='Ready')].status"),
  column('Reason', ".status.conditions[?(@.type=='Ready')].reason")
]
