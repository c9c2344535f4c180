import { Module } from '@nestjs/common'
import { LOG, PARTS, type Part } from '@knative-ts/host'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import type { Log } from '@knative-ts/telemetry/logger'
import { readEnvironment } from '@knative-ts/host/environment'
import { environment } from './controller.config.ts'
import { Controller } from './controller.ts'

@Module({
  providers: [
    {
      provide: PARTS,
      inject: [LOG],
      useFactory: async (log: Log): Promise<readonly Part[]> => {
        const client = connect(await loadClusterConfig())
        const controller = new Controller({ client, config: readEnvironment(environment), log })
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
