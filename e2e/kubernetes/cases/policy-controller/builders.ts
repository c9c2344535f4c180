/** What the cases of policy-controller are made of. */
import { object } from '../builders.ts'

export type Json = Readonly<Record<string, unknown>>

export const claim = (spec: Json = {}) =>
  object('v1 PersistentVolumeClaim', 'c', {
    spec: { storageClassName: '$NS', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
  })
