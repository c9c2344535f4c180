/** Cells, and the small texts that several kinds print. */
import type { KubeObject } from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import type { Cell } from './table.ts'

/** Cells of one kind by the name of their column; a cell of the column `Name` or `Age` replaces the usual one. `now` in milliseconds. */
export type Printer = Readonly<Record<string, (object: KubeObject, now: number) => Cell>>

/** A cell of one kind: what its storage name leads to is always of that kind. */
export const cell = <T extends KubeObject>(of: (object: T, now: number) => Cell) => of as Printer[string]

export const NONE = '<none>'

/** `a=b,c=d`, or `<none>`. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined) =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || NONE

const OPERATORS: Readonly<Record<string, string>> = { In: 'in', NotIn: 'notin' }

/** A selector as one types it. */
export function selectorText(selector: k8s.LabelSelector | undefined): string {
  if (selector === undefined) return NONE
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    operator === 'Exists'
      ? key
      : operator === 'DoesNotExist'
        ? `!${key}`
        : `${key} ${OPERATORS[operator] ?? operator} (${[...values].sort().join(',')})`
  )
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  return [...labels, ...expressions].sort().join(',') || NONE
}

export const namesText = (containers: readonly k8s.Container[] | undefined) => (containers ?? []).map(({ name }) => name).join(',')
export const imagesText = (containers: readonly k8s.Container[] | undefined) => (containers ?? []).map(({ image }) => image ?? '').join(',')
