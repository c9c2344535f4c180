/** What the recording shows of its own cluster, and no other cluster can show: made alike on both sides before they are compared. */

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g
/** Where no label told the hash of a template: the hash is over the memory layout of Go's structs. */
const UNTOLD_HASH = /(ReplicaSet "[a-z0-9-]+-)[bcdfghjklmnpqrstvwxz2456789]{6,10}(?=")/g
/** The age of something long past when it was recorded: it is another by now. */
const OLD_AGE = /^\d+y(?:\d+d)?$/

interface Managed {
  readonly operation?: string
  readonly manager?: string
  readonly subresource?: string
}
/** Who sends nonsense as managed fields is shown it: an entry may be null. */
function orderOf(entry: Managed | null): string {
  const { operation, manager, subresource } = entry ?? {}
  return [operation, manager, subresource].join(' ')
}

/**
 * The value with the same words for certificates, template hashes and ages of years. Managed fields are ordered by their second, which no two runs
 * share: by their manager here.
 */
export function levelled(value: unknown): unknown {
  const text = JSON.stringify(value)
  return JSON.parse(text, (key, item: unknown) =>
    key.endsWith('managedFields') && Array.isArray(item)
      ? (item as (Managed | null)[]).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
      : typeof item === 'string'
        ? item.replaceAll(CERTIFICATE, '<certificate>').replaceAll(UNTOLD_HASH, '$1<hash>').replace(OLD_AGE, '<age>')
        : item
  )
}
