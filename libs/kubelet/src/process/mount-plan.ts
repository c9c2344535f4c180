/** Turns a container's mounts into a shell script for its private mount namespace. Pure: the host's tree is asked through {@link Tree}. */
import { posix } from 'node:path'

/** One file or directory that a container sees at `target`. */
export interface Bind {
  readonly source: string
  readonly target: string
  readonly kind: 'directory' | 'file'
  readonly readOnly: boolean
  /** A directory that `source` must not lead out of by symbolic links: the volume, where a container may have put some. */
  readonly within?: string
}

/** What must be known of the tree that the container starts from. */
export interface Tree {
  /** The path with symbolic links of its existing part followed, and whether all of it exists. */
  resolve(path: string): { readonly path: string; readonly exists: boolean; readonly ancestor: string }
}

/** `root` is set when the container must be put below a copy of the root directory, because a target lies directly under /. */
export interface MountPlan {
  readonly script: string
  readonly root: string | undefined
}

export const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/**
 * A directory that lacks a mount point cannot be given one without the host seeing it. So the directory is mirrored: a tmpfs with every entry
 * bound or linked, mounted over it. For / that is a new root, entered by chroot.
 */
const mirror = `mirror() {
  mount -t tmpfs -o mode=755 tmpfs "$2"
  for e in "$1"/* "$1"/.[!.]*; do
    n=\${e##*/}
    if [ -L "$e" ]; then cp -P "$e" "$2/$n"
    elif [ -d "$e" ]; then mkdir "$2/$n"; mount --rbind "$e" "$2/$n"
    elif [ -e "$e" ]; then : > "$2/$n"; mount --bind "$e" "$2/$n"
    fi
  done
}`

/** `staging` is an empty directory of the pod's own. Directories in `scratch` are the pod's own tmpfs: mount points may be made there. */
export function mountPlan(binds: readonly Bind[], tree: Tree, scratch: readonly string[], staging: string): MountPlan {
  const sorted = binds
    .map((bind) => ({ ...bind, ...located(bind.target, tree) }))
    .toSorted((a, b) => a.path.split('/').length - b.path.split('/').length)
  const isBelow = (path: string, parent: string): boolean => path === parent || path.startsWith(`${parent}/`)
  const lines: string[] = []
  const mirrored: string[] = []
  let root: string | undefined
  for (const bind of sorted) {
    const inside =
      scratch.some((each) => isBelow(bind.path, each)) || sorted.some((other) => other !== bind && isBelow(bind.path, other.path))
    if (bind.exists || inside || mirrored.some((each) => isBelow(bind.path, each))) continue
    if (bind.ancestor === '/') root = `${staging}/root`
    else {
      const stage = `${staging}/mirror-${mirrored.length}`
      mirrored.push(bind.ancestor)
      lines.push(
        `mkdir -p ${quote(stage)}`,
        `mirror ${quote(bind.ancestor)} ${quote(stage)}`,
        `mount --rbind ${quote(stage)} ${quote(bind.ancestor)}`
      )
    }
  }
  if (root !== undefined) lines.push(`mkdir -p ${quote(root)}`, `mirror '' ${quote(root)}`)
  for (const bind of sorted) {
    const at = quote(`${root ?? ''}${bind.path}`)
    if (!bind.exists) {
      lines.push(
        bind.kind === 'directory'
          ? `mkdir -p ${at}`
          : `mkdir -p ${quote(posix.dirname(`${root ?? ''}${bind.path}`))}; [ -e ${at} ] || : > ${at}`
      )
    }
    lines.push(`mount -o ${bind.readOnly ? 'bind,ro' : 'bind'} ${quote(bind.source)} ${at}`)
  }
  const needsMirror = root !== undefined || mirrored.length > 0
  return { script: ['set -e', ...(needsMirror ? [mirror] : []), ...lines].join('\n'), root }
}

function located(target: string, tree: Tree): { path: string; exists: boolean; ancestor: string } {
  return tree.resolve(posix.normalize(target).replace(/(?<=.)\/$/, ''))
}
