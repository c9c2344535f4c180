/** What this node needs to run images of a store: the store, the launcher, and the runtime; or why it cannot. */
import { totalmem } from 'node:os'
import type { Log } from '@knative-ts/kube'
import { ImageStore } from '../image/store/image-store.ts'
import { Unpacker } from '../image/store/unpacker.ts'
import { rootOf, StoredImages } from '../image/stored-images.ts'
import type { NetworkFacts } from '../network/network.ts'
import type { Cgroups } from '../process/cgroups.ts'
import type { Ledger } from '../process/ledger.ts'
import { imagesInUse } from './images-in-use.ts'
import { IsolatedRuntime } from './isolated-runtime.ts'
import { Launcher } from './launcher/launcher.ts'

/** What it is opened with. */
export interface IsolationOptions {
  /** Directory of the image store. */
  readonly images: string
  readonly mode: NetworkFacts['mode']
  readonly launcher: Launcher | undefined
  readonly ledger: Ledger
  readonly cgroups: Cgroups
  readonly nodeMark: string
  readonly log: Log
}

/** Images of the store as a source for pods. */
export interface Isolation {
  readonly source: StoredImages
  readonly store: ImageStore
  /** Images of the store run here, so that pulling them is of use. */
  readonly runs: boolean
  close(): void
}

/** The disk is looked at this often, as the kubelet does. ms. */
const collectMs = 5 * 60_000

export function openIsolation({ images, launcher, mode, ledger, cgroups, nodeMark, log }: IsolationOptions): Isolation {
  const obstacle = obstacleHere(mode)
  if (obstacle !== undefined || launcher === undefined) {
    const store = new ImageStore(images)
    return { store, source: new StoredImages(store, undefined, obstacle), runs: false, close: () => undefined }
  }
  const store = new ImageStore(images, new Unpacker(images, launcher))
  const inUse = imagesInUse()
  const runtime = new IsolatedRuntime({
    launcher,
    ledger,
    cgroups,
    nodeMark,
    memoryBytes: totalmem(),
    rootOf: (locator) => rootOf(store, locator),
    inUse
  })
  const collecting = setInterval(() => {
    store.collect(inUse.all()).then(
      (removed) => {
        if (removed.length > 0) log.info({ images: removed }, 'removed images that nobody uses, because the disk is nearly full')
      },
      (error: unknown) => log.warn({ error }, 'cannot remove images that nobody uses')
    )
  }, collectMs).unref()
  return {
    store,
    source: new StoredImages(store, runtime),
    runs: true,
    close: () => clearInterval(collecting)
  }
}

function obstacleHere(mode: NetworkFacts['mode']): string | undefined {
  const instead = 'use a package directory (dev.local/NAME) or a Docker engine (--docker auto) instead'
  if (!Launcher.isKnown)
    return `images with a root filesystem run on Linux on x86-64 only, this is ${process.platform} on ${process.arch}: ${instead}`
  if (mode === 'loopback')
    return `images with a root filesystem need network namespaces, and this node gives pods loopback addresses: run standalone as root, without --network loopback; or ${instead}`
  return undefined
}
