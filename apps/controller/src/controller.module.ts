import { Module } from '@nestjs/common'
import { LOG, METRICS, OBSERVABILITY, PARTS, type Observability, type Part } from '@knative-ts/host'
import type { LazyMetrics } from '@knative-ts/host/metrics'
import { connect, loadClusterConfig, type TelemetryConfig } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { readEnvironment } from '@knative-ts/host/environment'
import { environment } from './controller.config.ts'
import { exposeRouting } from './controller.metrics.ts'
import { Controller } from './controller.ts'
import { eventingGroup } from './eventing/eventing-group.ts'
import { servingGroup } from './serving-group.ts'

@Module({
  providers: [
    {
      provide: PARTS,
      inject: [LOG, METRICS, OBSERVABILITY],
      useFactory: async (log: Log, metrics: LazyMetrics, observability: Observability): Promise<readonly Part[]> => {
        const client = connect(await loadClusterConfig())
        const observe = (told: TelemetryConfig): void => observability.apply(told)
        const { registries, group, sourceImage, ...config } = readEnvironment(environment)
        const build = group === 'eventing' ? eventingGroup({ sourceImage }) : servingGroup
        const controller = new Controller({ client, config, group: build, registries, log, observe })
        metrics.onLoad((loaded) => exposeRouting(controller, loaded))
        return [
          {
            name: 'controller',
            start: () => controller.start(),
            unready: controller.unready,
            drain: () => controller.drain(),
            stop: async () => {
              await controller.stop()
              client.close()
            }
          }
        ]
      }
    }
  ]
})
export class ControllerModule {}
