/** The rig has no class of storage: what the event log is kept on is a directory of this machine. */
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Rig } from './rig.ts'

const name = 'knative-ts-event-log'
/** Whom the images run as: nobody gives a directory of a node to a pod's group. */
const imageUser = 65_532

/** Gives the rig a volume for the log's claim, or makes the one that it has free again when its claim is gone. */
export async function giveLogVolume(rig: Rig): Promise<void> {
  const directory = join(dirname(rig.kubeconfig), 'volumes', 'event-log')
  await mkdir(directory, { recursive: true })
  await chown(directory, imageUser, imageUser)
  const phase = await rig.run('kubectl', 'get', 'persistentvolume', name, '--ignore-not-found', '-o', 'jsonpath={.status.phase}')
  if (phase === 'Released')
    await rig.run('kubectl', 'patch', 'persistentvolume', name, '--type', 'json', '-p', '[{"op":"remove","path":"/spec/claimRef"}]')
  if (phase !== '') return
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: directory }
    }
  }
  const file = `${directory}.json`
  await writeFile(file, JSON.stringify(volume))
  await rig.run('kubectl', 'create', '-f', file)
}
