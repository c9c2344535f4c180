import { parseKey } from '@knative-ts/api'
import { watchTelemetry } from '@knative-ts/kube'
import { routing } from '@knative-ts/wire'
import type { Group, GroupSurroundings } from './group.ts'
import type { Acknowledgements } from './ingress/ingress.reconciler.ts'
import { servingLeases } from './leading/lease-names.ts'
import { reconcileLoops } from './loops.ts'
import { objectsOf } from './objects.ts'
import { Fleet } from './routing/fleet.ts'
import { followGatewayEndpoints } from './routing/gateway-endpoints.ts'
import { LocalGateways } from './routing/local-gateways.ts'
import { tellGateways } from './routing/relay.ts'
import { routingService } from './routing/routing.grpc.ts'
import { feedTable } from './routing/table-feed.ts'
import { watchSettings } from './settings/settings.ts'
import { GatewayTelemetry } from './telemetry/gateway-telemetry.ts'

/** Serving: its reconcilers, and the routing that gateways follow. */
export function servingGroup(surroundings: GroupSurroundings): Group {
  const { client, factory, podName, systemNamespace, clusterDomain, clock, log, registries } = surroundings
  const access = registries === undefined ? {} : { registries }
  const objects = objectsOf(factory)
  const settings = watchSettings({ factory, systemNamespace, clusterDomain, log })
  const telemetry = new GatewayTelemetry()
  watchTelemetry({ factory, namespace: systemNamespace, log, component: 'gateway', apply: (told) => telemetry.set(told) })
  const { ingresses, services, endpointSlices, pods, tlsSecrets } = objects
  const feed = feedTable({
    factory,
    ingresses: ingresses.informer,
    services: services.informer,
    endpointSlices: endpointSlices.informer,
    pods: pods.informer,
    secrets: tlsSecrets.informer,
    systemNamespace,
    log
  })
  const fleet = new Fleet((key) => loops.ingressProgress(parseKey(key)))
  const acknowledgements: Acknowledgements = {
    servedByAll: (key, version) => fleet.servedByAll(key, version),
    whenServedByAll: (key, version, ms, signal) => fleet.whenServedByAll(key, version, ms, signal),
    release: (key) => fleet.release(key),
    lacking: (key) => feed.table.lacking(key)
  }
  const shared = { client, objects, settings, systemNamespace, clusterDomain, clock, log, ...access }
  const loops = reconcileLoops({ ...shared, gateways: acknowledgements })
  const gateways = new LocalGateways(podName, feed.table)
  gateways.follow((states) => fleet.report(states))
  followGatewayEndpoints(endpointSlices.informer, systemNamespace, fleet)
  return {
    loops: loops.all,
    leases: servingLeases,
    get followers() {
      return gateways.size
    },
    gauges: [
      {
        name: 'kn.routing.gateways',
        description: 'Gateways that follow the routing table of this replica',
        unit: '{gateway}',
        value: () => gateways.size
      }
    ],
    synced: () => settings.synced(),
    service: ({ unready, isLeading, admissionFor }) => {
      const admit = { gateway: admissionFor('gateway'), controller: admissionFor('controller') }
      const implementation = routingService({ gateways, fleet, telemetry, unready, isLeading, admit, log })
      return { definition: routing.RoutingService, implementation }
    },
    flush: () => feed.table.flush(),
    tell: tellGateways(gateways),
    stop: feed.stop
  }
}
