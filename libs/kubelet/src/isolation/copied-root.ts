/** A root filesystem as a copy of its layers, where no overlay can be mounted. */
import { lstatSync, readdirSync, rmSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { isWhiteout, type UnpackedLayer } from '../image/store/layer-tree.ts'
import { run } from '../process/run.ts'

/** Copies `layers`, the topmost first, into the empty directory `target`. Rejects with what cp(1) said. */
export async function copyLayers(layers: readonly UnpackedLayer[], target: string): Promise<void> {
  for (const layer of layers.toReversed()) {
    makeWay(layer, target, '')
    const copied = await run(['cp', '-a', '--reflink=auto', `${layer.directory}/.`, target])
    if (copied.code !== 0) throw new Error(`cannot copy a layer of the image: ${copied.stderr.trim()}`)
    removeMarks(layer.directory, target)
  }
}

/** What the layer hides or replaces goes first: cp puts no directory where a file is, and a link would lead it elsewhere. */
function makeWay({ directory, opaque }: UnpackedLayer, target: string, below: string): void {
  if (opaque.has(below))
    for (const name of readdirSync(join(target, below))) rmSync(join(target, below, name), { recursive: true, force: true })
  for (const name of readdirSync(join(directory, below))) {
    const path = below === '' ? name : `${below}/${name}`
    const mine = lstatSync(join(directory, path))
    const there = lstatSync(join(target, path), { throwIfNoEntry: false })
    if (there === undefined) continue
    if (!bothDirectories(mine, there)) rmSync(join(target, path), { recursive: true, force: true })
    else makeWay({ directory, opaque }, target, path)
  }
}

const bothDirectories = (one: Stats, other: Stats): boolean => one.isDirectory() && other.isDirectory()

/** An overlay's marks of what is not there mean nothing in a copy. */
function removeMarks(layer: string, target: string): void {
  for (const name of readdirSync(layer)) {
    const stats = lstatSync(join(layer, name))
    if (isWhiteout(stats)) rmSync(join(target, name), { force: true })
    else if (stats.isDirectory()) removeMarks(join(layer, name), join(target, name))
  }
}
