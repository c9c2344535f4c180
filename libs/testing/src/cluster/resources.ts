import * as api from '@knative-ts/api'
import * as kubernetes from '@knative-ts/api/kubernetes'
import { apiVersionOf, type KubeObject, type Resource } from '@knative-ts/api'

/** Every resource that our API or Kubernetes' own defines. */
export const knownResources: readonly Resource[] = [...Object.values(api), ...Object.values(kubernetes)].filter(isResource)

/** The resource of an object by its apiVersion and kind. Throws when nobody knows it. */
export function resourceOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>, more: readonly Resource[] = []): Resource {
  const found = [...more, ...knownResources].find(
    (resource) => resource.kind === object.kind && apiVersionOf(resource) === object.apiVersion
  )
  if (found === undefined) throw new Error(`no resource is known for ${object.apiVersion} ${object.kind}: pass it in \`resources\``)
  return found
}

function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && 'plural' in value && 'namespaced' in value && 'kind' in value
}
