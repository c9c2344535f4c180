import {
  appLabel,
  autoscalingPrefix,
  childName,
  lastPinnedAnnotation,
  noGcAnnotation,
  revisionLabel,
  revisionUidLabel,
  routeLabel,
  routesAnnotation,
  routingStateLabel,
  routingStateModifiedAnnotation,
  type Revision
} from '@knative-ts/api'
import { without } from '../reconciling/without.ts'

/** Name of the container that Serving adds to every pod. */
export const queueProxyName = 'queue-proxy'

export const deploymentNameOf = (revision: Revision): string => childName(revision.metadata.name ?? '', '-deployment')

/** The only label that selects pods: names come again, uids do not. */
export const selectorOf = (revision: Revision): Record<string, string> => ({ [revisionUidLabel]: revision.metadata.uid ?? '' })

const changing = [routeLabel, routingStateLabel]

/** Labels of everything that belongs to a revision. */
export function labelsOf(revision: Revision): Record<string, string> {
  const { name = '', uid = '', labels } = revision.metadata
  return {
    [appLabel]: name,
    ...without(labels, (key) => changing.includes(key)),
    [revisionLabel]: name,
    [revisionUidLabel]: uid
  }
}

const ofRouting = [lastPinnedAnnotation, noGcAnnotation, routingStateModifiedAnnotation, routesAnnotation]

/** Annotations that a revision hands on, with those for the autoscaler. */
export const annotationsOf = (revision: Revision): Record<string, string> =>
  without(revision.metadata.annotations, (key) => ofRouting.includes(key))

/** True for annotations that are the autoscaler's, under any of their spellings. */
export const isAutoscaling = (key: string): boolean => key.startsWith(autoscalingPrefix.slice(0, -1))

/** Annotations of Deployment and pods: a change of scaling must not make new pods. */
export const podAnnotationsOf = (revision: Revision): Record<string, string> => without(annotationsOf(revision), isAutoscaling)
