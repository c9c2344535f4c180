/** The calls that put a process into a root filesystem of its own, with nothing of the host's left in reach. */
import { posix } from 'node:path'
import { kernel } from './kernel.ts'
import type { Cell, Program } from './launcher/program.ts'
import { ancestry, type ContainerMount, deviceLinks, devices, type HostMount, inOrder, kernelMounts } from './mounts.ts'

/** Where the files of a container's root come from. Paths are of the host. */
export interface RootFiles {
  /** Layers below `directory`, the topmost first: together with `upper` they are an overlay. Without any, `merged` is the root itself. */
  readonly layers: { readonly directory: string; readonly names: readonly string[] } | undefined
  readonly upper: string
  readonly work: string
  readonly merged: string
}

/** A container's file system. */
export interface ContainerFiles {
  readonly root: RootFiles
  readonly readOnlyRoot: boolean
  readonly privileged: boolean
  /** Binds: volumes, and the files that every pod has. */
  readonly mounts: readonly HostMount[]
  /** Directory to show at each path below /sys/fs/cgroup. */
  readonly groups: readonly HostMount[]
  readonly masked: readonly string[]
  readonly readOnly: readonly string[]
  /** Made if it is not there, as container runtimes do. */
  readonly workingDirectory: string
}

const { AT_EMPTY_PATH, AT_FDCWD, AT_RECURSIVE, MS_BIND, MS_PRIVATE, MS_REC, O_CLOEXEC } = kernel

/** Must run in a mount namespace of the process's own. */
export function enterRoot(program: Program, files: ContainerFiles): void {
  program.call('mount', [0, program.text('/'), 0, MS_REC | MS_PRIVATE, 0], { doing: 'keep mounts to itself' })
  program.call('umask', [0])
  const opened = [...files.groups, ...inOrder(files.mounts)].map((mount) => ({ mount, tree: openTree(program, mount) }))
  const { root } = files
  if (root.layers === undefined) bindToItself(program, root.merged)
  else mountOverlay(program, root, root.layers)
  const here = program.text('.')
  program.call('chdir', [program.text(root.merged)])
  // Both at one place: the old root lies over the new one, and goes with the next call.
  program.call('pivot_root', [here, here], { doing: 'change the root' })
  program.call('umount2', [here, kernel.MNT_DETACH], { doing: 'leave the old root' })
  program.call('chdir', [program.text('/')])
  for (const mount of kernelMounts(files.privileged)) mountKernel(program, mount)
  makeDevices(program)
  const groupMounts = opened.slice(0, files.groups.length)
  // One directory is the unified hierarchy; several are those of version 1.
  if (groupMounts.length > 1) {
    const tmpfs = {
      type: 'tmpfs',
      target: '/sys/fs/cgroup',
      flags: kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC,
      options: 'mode=755'
    }
    mountKernel(program, { kind: 'kernel', ...tmpfs }, false)
  }
  for (const { mount, tree } of opened) showTree(program, mount, tree)
  // With the hierarchies in it, nothing is to be added any more.
  if (groupMounts.length > 1 && !files.privileged) setReadOnly(program, '/sys/fs/cgroup', false)
  for (const path of ancestry(files.workingDirectory)) program.call('mkdir', [program.text(path), 0o755], { mayFail: true })
  if (files.readOnlyRoot) setReadOnly(program, '/', false)
  for (const path of files.readOnly) bindReadOnly(program, path)
  for (const path of files.masked) mask(program, path)
  program.call('umask', [0o022])
}

/** The overlay's options must fit a page, so layers are named relative to their directory. */
function mountOverlay(program: Program, root: RootFiles, layers: NonNullable<RootFiles['layers']>): void {
  const options = `lowerdir=${layers.names.join(':')},upperdir=${root.upper},workdir=${root.work},volatile`
  program.call('chdir', [program.text(layers.directory)])
  const overlay = program.text('overlay')
  program.call('mount', [overlay, program.text(root.merged), overlay, 0, program.text(options)], { doing: 'mount the layers of the image' })
}

function bindToItself(program: Program, directory: string): void {
  const path = program.text(directory)
  program.call('mount', [path, path, 0, MS_BIND, 0], { doing: 'mount the root filesystem' })
}

/** A copy of the mount at the source, which nothing sees yet. */
function openTree(program: Program, { source, within, readOnly }: HostMount): Cell {
  const tree = program.cell()
  const flags = kernel.OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC
  const doing = `mount ${source}`
  if (within === undefined) program.call('open_tree', [AT_FDCWD, program.text(source), flags], { store: tree, doing })
  else {
    const directory = program.cell()
    program.call('openat', [AT_FDCWD, program.text(within), kernel.O_PATH | O_CLOEXEC], { store: directory, doing })
    const how = new BigInt64Array([BigInt(kernel.O_PATH | O_CLOEXEC), 0n, BigInt(kernel.RESOLVE_BENEATH | kernel.RESOLVE_NO_MAGICLINKS)])
    const beneath = program.cell()
    const relative = program.text(posix.relative(within, source) || '.')
    program.call('openat2', [directory, relative, program.bytes(Buffer.from(how.buffer)), how.byteLength], { store: beneath, doing })
    program.call('open_tree', [beneath, program.text(''), flags | AT_EMPTY_PATH], { store: tree, doing })
  }
  if (readOnly) readOnlyTree(program, tree, true)
  return tree
}

function readOnlyTree(program: Program, tree: Cell, recursive: boolean): void {
  const change = program.bytes(Buffer.from(new BigInt64Array([BigInt(kernel.MOUNT_ATTR_RDONLY), 0n, 0n, 0n]).buffer))
  const flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0)
  program.call('mount_setattr', [tree, program.text(''), flags, change, 32], { doing: 'make a mount read-only' })
}

function setReadOnly(program: Program, path: string, mayFail: boolean): void {
  const change = program.bytes(Buffer.from(new BigInt64Array([BigInt(kernel.MOUNT_ATTR_RDONLY), 0n, 0n, 0n]).buffer))
  program.call('mount_setattr', [AT_FDCWD, program.text(path), 0, change, 32], { mayFail, doing: `make ${path} read-only` })
}

/** The root has been changed: whatever links the image has, the target is inside. */
function showTree(program: Program, { target, file, source }: HostMount, tree: Cell): void {
  const path = program.text(target)
  const doing = `mount ${source} at ${target}`
  for (const directory of ancestry(file ? posix.dirname(target) : target)) {
    program.call('mkdir', [program.text(directory), 0o755], { mayFail: true })
  }
  if (file) {
    const made = program.cell()
    program.call('openat', [AT_FDCWD, path, kernel.O_CREAT | O_CLOEXEC, 0o644], { mayFail: true, store: made })
    program.call('close', [made], { mayFail: true })
  }
  const flags = kernel.MOVE_MOUNT_F_EMPTY_PATH | kernel.MOVE_MOUNT_T_SYMLINKS
  program.call('move_mount', [tree, program.text(''), AT_FDCWD, path, flags], { doing })
  program.call('close', [tree])
}

/** Where an image has a link instead of /proc or /sys, mounting there would be mounting where the image says: refused, as by runc (CVE-2019-19921). */
function mountKernel(program: Program, { type, target, flags, options }: ContainerMount & { kind: 'kernel' }, makes = true): void {
  const path = program.text(target)
  const doing = `mount ${type} at ${target}`
  if (makes) program.call('mkdir', [path, 0o755], { mayFail: true })
  const checked = program.cell()
  const plainDirectory = kernel.O_PATH | kernel.O_NOFOLLOW | kernel.O_DIRECTORY | O_CLOEXEC
  program.call('openat', [AT_FDCWD, path, plainDirectory], { store: checked, doing })
  program.call('close', [checked])
  program.call('mount', [program.text(type), path, program.text(type), flags, options === '' ? 0 : program.text(options)], { doing })
}

function makeDevices(program: Program): void {
  for (const [path, major, minor] of devices) {
    program.call('mknod', [program.text(path), kernel.S_IFCHR | 0o666, major * 256 + minor], { doing: `make ${path}` })
  }
  for (const [path, to] of deviceLinks) program.call('symlink', [program.text(to), program.text(path)], { doing: `make ${path}` })
}

/** A path that is not there needs no protection; where one is, it must succeed. */
function bindReadOnly(program: Program, path: string): void {
  const absent = program.label()
  const tree = program.cell()
  const flags = kernel.OPEN_TREE_CLONE | AT_RECURSIVE | O_CLOEXEC
  program.call('open_tree', [AT_FDCWD, program.text(path), flags], { store: tree, mayFail: true, jump: { when: 'error', to: absent } })
  readOnlyTree(program, tree, true)
  program.call('move_mount', [tree, program.text(''), AT_FDCWD, program.text(path), kernel.MOVE_MOUNT_F_EMPTY_PATH], {
    doing: `make ${path} read-only`
  })
  program.call('close', [tree])
  program.place(absent)
}

/** An empty directory over a directory, /dev/null over a file. */
function mask(program: Program, path: string): void {
  const [absent, directory, done] = [program.label(), program.label(), program.label()]
  const at = program.text(path)
  const tmpfs = program.text('tmpfs')
  const checked = program.cell()
  const jump = { when: 'error', to: absent } as const
  program.call('openat', [AT_FDCWD, at, kernel.O_PATH | O_CLOEXEC], { store: checked, mayFail: true, jump })
  program.call('close', [checked])
  program.call('openat', [AT_FDCWD, at, kernel.O_PATH | kernel.O_DIRECTORY | O_CLOEXEC], {
    store: checked,
    mayFail: true,
    jump: { when: 'positive', to: directory }
  })
  program.call('mount', [program.text('/dev/null'), at, 0, MS_BIND, 0], { doing: `hide ${path}`, jump: { when: 'always', to: done } })
  program.place(directory)
  program.call('close', [checked])
  program.call('mount', [tmpfs, at, tmpfs, kernel.MS_RDONLY, program.text('size=0k')], { doing: `hide ${path}` })
  program.place(absent)
  program.place(done)
}
