/** What a build says at its end. */
import { ownArchitecture } from './architecture.ts'
import { compressedSize, type Image } from './oci/image.ts'

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Sizes as they are fetched, by image and architecture; how much of each is its own; and what could not be tried here. */
export function summaryOf(images: readonly Image[]): string[] {
  const width = Math.max(...images.map(({ name }) => name.length))
  const lines = images.flatMap((image) =>
    image.platforms.map((platform) => {
      const own = platform.layers.at(-1)?.descriptor.size ?? 0
      const sizes = `${megabytes(compressedSize(platform)).padStart(9)} compressed, ${megabytes(own)} of it not shared`
      return `${image.name.padEnd(width)}  ${platform.architecture}  ${sizes}  ${image.index.digest.slice(0, 19)}`
    })
  )
  const foreign = images[0]?.platforms.map(({ architecture }) => architecture).filter((each) => each !== ownArchitecture) ?? []
  return foreign.length === 0 ? lines : [...lines, `${foreign.join(', ')}: built, not run: this machine is ${ownArchitecture}`]
}
