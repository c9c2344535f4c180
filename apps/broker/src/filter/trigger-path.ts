/** What a path of the filter's door asks for. */
export interface TriggerPath {
  /** `namespace/name` of the trigger. */
  readonly key: string
  readonly uid: string
  /** What a channel brings back rather than asks about. */
  readonly relay: 'reply' | 'dls' | undefined
}

/** Reads `/triggers/namespace/name/uid`, `…/reply` and `…/dls`; undefined for anything else. Another word at the end means nothing, as with the original. */
export function triggerPath(target: string): TriggerPath | undefined {
  if (target.includes('?')) return undefined
  const [before, triggers, namespace, name, uid, relay, ...more] = target.split('/')
  if (before !== '' || triggers !== 'triggers' || !namespace || !name || !uid || more.length > 0) return undefined
  return { key: `${namespace}/${name}`, uid, relay: relay === 'reply' || relay === 'dls' ? relay : undefined }
}
