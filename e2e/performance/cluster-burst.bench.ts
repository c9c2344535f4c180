/** Ten Services at zero, and one request to each at the same instant. `npm run bench -- cluster-burst [ROUNDS] --rig DIR` */
import { knativeServices, type Service } from '@knative-ts/api'
import { figure, percentile } from '../rig/figure.ts'
import { machine } from '../rig/machine.ts'
import { onCluster } from './rig/cluster.ts'
import { configured } from './rig/cluster-config.ts'
import { Sightings } from './rig/sightings.ts'
import { allSleep, created, sleepSoon } from './rig/sleepers.ts'

const bench = 'cluster-burst'
const count = 10

await onCluster({ runs: 2, seconds: 1 }, async (cluster) => {
  const { client, namespace, runs, http } = cluster
  const services = await Sightings.of<Service>(client, knativeServices, namespace)
  await configured(cluster, 'config-autoscaler', { 'scale-to-zero-grace-period': sleepSoon.grace })
  const names = Array.from({ length: count }, (_, index) => `burst-${index}`)
  const sleepers = await created(cluster, services, names, {})
  const times: number[] = []
  const failures: string[] = []
  for (let round = 0; round < runs; round++) {
    await allSleep(cluster)
    // Connections to the gateway are open, as on any platform in use.
    await Promise.all(sleepers.map(() => http.get('nobody.example.com')))
    const answers = await Promise.allSettled(sleepers.map(({ host }) => http.get(host)))
    for (const answer of answers) {
      if (answer.status === 'rejected') failures.push(String(answer.reason))
      else if (answer.value.status !== 200) failures.push(`HTTP ${answer.value.status} ${answer.value.body}`)
      else times.push(answer.value.ms)
    }
  }
  const more = { rounds: runs, services: count, ...machine() }
  figure(bench, 'p50_ms', percentile(times, 0.5), 'ms', more)
  figure(bench, 'p95_ms', percentile(times, 0.95), 'ms', { ...more, worst: Math.round(Math.max(...times)), goal: 2200 })
  figure(bench, 'failed', failures.length, 'requests', { goal: 0 })
  if (failures.length > 0) throw new Error(failures.join('\n'))
})
