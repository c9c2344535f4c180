const prime = 0x100000001b3n
const basis = 0xcbf29ce484222325n
const mask = 0xffffffffffffffffn

/** FNV-1a, 64 bit, of the text's UTF-16 units below 256 (addresses and Kubernetes names are ASCII). */
export function fnv1a64(text: string): bigint {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i) & 0xff)) * prime) & mask
  return hash
}
