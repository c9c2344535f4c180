import type { KubeObject, Resource } from '../../object.ts'
import type { ImageSpec, ImageStatus } from './image.schema.ts'

/** Asks for an image to be cached on the nodes. */
export interface Image extends KubeObject {
  spec: ImageSpec
  status?: ImageStatus
}

/** The resource of {@link Image}. */
export const images: Resource<Image> = {
  group: 'caching.internal.knative.dev',
  version: 'v1alpha1',
  plural: 'images',
  kind: 'Image',
  namespaced: true
}
