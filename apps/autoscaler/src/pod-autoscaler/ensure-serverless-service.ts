import { podAutoscalers, type PodAutoscaler, type ServerlessService } from '@knative-ts/api'
import { ensureOwned, equalJson, type Kept } from '@knative-ts/kube'
import { serverlessServiceOf, type RequestPath } from './serverless-service-of.ts'

/** Creates the PodAutoscaler's ServerlessService, or brings its spec up to date. Throws NotOwnedError when the name is taken. */
export async function ensureServerlessService(
  kept: Kept<ServerlessService>,
  pa: PodAutoscaler,
  path: RequestPath
): Promise<ServerlessService> {
  const desired = serverlessServiceOf(pa, path)
  const { object } = await ensureOwned(kept, pa, podAutoscalers, desired, (found) =>
    equalJson(found.spec, desired.spec) ? undefined : { ...found, spec: desired.spec }
  )
  return object
}
