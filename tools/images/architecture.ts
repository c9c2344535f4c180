import { ImagesError } from './failure.ts'

/** Architectures that images are built for, as OCI and Debian both spell them. */
export const architectures = ['amd64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

/** This machine's, as OCI spells it: the only one whose images can be run here. */
export const ownArchitecture = process.arch === 'x64' ? 'amd64' : process.arch

/** Reads `amd64,arm64`; the order and doubles do not matter. */
export function parseArchitectures(text: string): Architecture[] {
  const wanted = text.split(',').map((each) => each.trim())
  for (const each of wanted) {
    if (!architectures.some((known) => known === each))
      throw new ImagesError(`--arch: "${each}" is none of ${architectures.join(', ')}: give one or more of them, with commas between`)
  }
  return architectures.filter((each) => wanted.includes(each))
}
