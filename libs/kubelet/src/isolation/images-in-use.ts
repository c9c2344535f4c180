/** How many containers run from each image, by the digest of its manifest. */
export interface ImagesInUse {
  add(digest: string): void
  remove(digest: string): void
  all(): ReadonlySet<string>
}

export function imagesInUse(): ImagesInUse {
  const counts = new Map<string, number>()
  return {
    add(digest) {
      counts.set(digest, (counts.get(digest) ?? 0) + 1)
    },
    remove(digest) {
      const left = (counts.get(digest) ?? 0) - 1
      if (left > 0) counts.set(digest, left)
      else counts.delete(digest)
    },
    all: () => new Set(counts.keys())
  }
}
