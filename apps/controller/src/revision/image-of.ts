import { apiVersionOf, childName, images, type Image, type Revision } from '@knative-ts/api'
import { labelsOf, podAnnotationsOf } from './names-of.ts'

/** Asks the nodes to have a container's image at hand. */
export function imageOf(revision: Revision, container: string, image: string): Image {
  const { name = '', namespace = '' } = revision.metadata
  const { serviceAccountName, imagePullSecrets } = revision.spec
  return {
    apiVersion: apiVersionOf(images),
    kind: images.kind,
    metadata: {
      name: childName(childName(name, '-cache'), `-${container}`),
      namespace,
      labels: labelsOf(revision),
      annotations: podAnnotationsOf(revision)
    },
    spec: {
      image,
      ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
      ...(imagePullSecrets === undefined ? {} : { imagePullSecrets })
    }
  }
}
