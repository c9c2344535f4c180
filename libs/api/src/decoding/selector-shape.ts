import { always, list, map, string, struct, value } from './shape.ts'

/** Kubernetes' LabelSelector as a Go type. */
export const labelSelector = struct('v1.LabelSelector', {
  matchLabels: value(map(string)),
  matchExpressions: value(
    list(
      struct('v1.LabelSelectorRequirement', {
        key: always(string),
        operator: always(string),
        values: value(list(string))
      })
    )
  )
})
