/** What the recording shows of its own cluster, and no other cluster can show: made alike on both sides before they are compared. */

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g
/** Where no label told the hash of a template: the hash is over the memory layout of Go's structs. */
const UNTOLD_HASH = /(ReplicaSet "[a-z0-9-]+-)[bcdfghjklmnpqrstvwxz2456789]{6,10}(?=")/g

/** The value with the same words for certificates and template hashes. */
export function levelled(value: unknown): unknown {
  const text = JSON.stringify(value)
  return JSON.parse(text, (_, item: unknown) =>
    typeof item === 'string' ? item.replaceAll(CERTIFICATE, '<certificate>').replaceAll(UNTOLD_HASH, '$1<hash>') : item
  )
}
