/** A copy of a string map without the keys that `drop` names; empty for an absent map. */
export function without(map: Readonly<Record<string, string>> | undefined, drop: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !drop(key)))
}

/** What `kubectl apply` remembers in an annotation; it speaks of the object that it stands on alone. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration'
