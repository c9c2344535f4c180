/**
 * Custom resources between versions, where a webhook knows how. A webhook cannot be asked while a write is decided: who needs a conversion that
 * is not known yet throws {@link Unconverted}, and {@link Conversions.with} asks for it and begins again.
 */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '@knative-ts/api'
import { errorText } from '@knative-ts/kube'
import type { WebhookClient } from '../admission/webhook-client.ts'
import { plainFailure } from '../http/errors.ts'
import type { ResourceType } from '../registry/resource-type.ts'
import { conversionReview, convertedObjects } from './conversion-review.ts'

/** Objects that are wanted in `apiVersion`. */
export class Unconverted extends Error {
  readonly type: ResourceType
  readonly objects: readonly KubeObject[]
  readonly apiVersion: string

  constructor(type: ResourceType, objects: readonly KubeObject[], apiVersion: string) {
    super(`${type.plural}.${type.group} are not converted to ${apiVersion} yet`)
    this.type = type
    this.objects = objects
    this.apiVersion = apiVersion
  }
}

/** Kubernetes' limit of one call. */
const SECONDS = 30
/** Who writes the same object meanwhile, or its definition, makes one more conversion necessary: not for ever. Milliseconds. */
const ENOUGH_MS = 30_000

/**
 * What webhooks have answered, for as long as the original lives. A stored state that another has replaced forgets its object and makes a new one when it is
 * asked: who needs the conversion of a state beyond the next `await` keeps the object, not the state.
 */
const known = new WeakMap<KubeObject, Map<string, KubeObject>>()

/** The object in another version; throws {@link Unconverted} when a webhook has to be asked first. */
export function convertedTo(type: ResourceType, object: KubeObject, apiVersion: string): KubeObject {
  const converted = known.get(object)?.get(apiVersion)
  if (converted === undefined) throw new Unconverted(type, [object], apiVersion)
  return converted
}

/** Whether {@link convertedTo} would throw. */
export const isUnconverted = (object: KubeObject, apiVersion: string) => known.get(object)?.has(apiVersion) !== true

export class Conversions {
  readonly #client: WebhookClient

  constructor(client: WebhookClient) {
    this.#client = client
  }

  /** Runs `attempt` until no conversion is missing. Throws 500 when a webhook cannot convert. */
  async with<T>(attempt: () => T | Promise<T>): Promise<T> {
    const until = performance.now() + ENOUGH_MS
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Unconverted) || performance.now() > until) throw error
        await this.#convert(error)
      }
    }
  }

  /** As {@link with}, for an object that has changed since it was last converted. */
  anew<T>(object: KubeObject, attempt: () => T): Promise<T> {
    known.delete(object)
    return this.with(attempt)
  }

  async #convert({ type, objects, apiVersion }: Unconverted): Promise<void> {
    const webhook = type.custom?.conversion
    const clientConfig = webhook?.clientConfig
    if (webhook === undefined || clientConfig === undefined) throw plainFailure(`${type.custom?.crdName} has no conversion webhook`)
    const uid = randomUUID()
    const review = conversionReview(webhook.conversionReviewVersions, objects, apiVersion, uid)
    if (review === undefined) throw plainFailure('no supported conversion review versions')
    const answer = await this.#client.send(clientConfig, review, SECONDS).catch((error: unknown) => {
      const why = errorText(error)
      const [first] = objects
      throw plainFailure(`conversion webhook for ${first?.apiVersion}, Kind=${first?.kind} failed: ${why}`)
    })
    try {
      convertedObjects(answer, objects, apiVersion, uid).forEach((converted, index) => remember(objects[index], apiVersion, converted))
    } catch (error) {
      throw plainFailure(errorText(error))
    }
  }
}

function remember(object: KubeObject | undefined, apiVersion: string, converted: KubeObject): void {
  if (object === undefined) return
  const forms = known.get(object) ?? new Map<string, KubeObject>()
  forms.set(apiVersion, converted)
  known.set(object, forms)
}
