/** Volumes and where they are mounted. */
import type { Case } from '../../recorded-case.ts'
import { podOf, tried } from '../kind-builders.ts'
import { volume } from './builders.ts'

export const volumes: readonly Case[] = [
  tried(
    'pod: volumes',
    volume('empty', { name: 'v' }),
    volume('medium', { name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '0.5Gi' } }),
    volume(
      'files',
      { name: 'c', configMap: { name: 'm', items: [{ key: 'k', path: 'p', mode: 256 }] } },
      { name: 's', secret: { secretName: 'x', optional: true } }
    ),
    volume('host', { name: 'v', hostPath: { path: '/tmp' } }, { name: 'w', hostPath: { path: '/tmp', type: 'DirectoryOrCreate' } }),
    volume('down', {
      name: 'v',
      downwardAPI: {
        items: [
          { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
          { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } },
          { path: 'memory', resourceFieldRef: { containerName: 'c', resource: 'limits.memory' } }
        ]
      }
    }),
    volume('projected', {
      name: 'v',
      projected: {
        sources: [
          { secret: { name: 's' } },
          { configMap: { name: 'c', items: [{ key: 'a', path: 'b' }] } },
          { serviceAccountToken: { path: 'token', audience: 'me' } },
          { downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: "metadata.annotations['a.b/c']" } }] } }
        ]
      }
    }),
    volume('claim', { name: 'v', persistentVolumeClaim: { claimName: 'x', readOnly: true } }),
    volume('ephemeral', {
      name: 'v',
      ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } }
    }),
    volume('others', { name: 'n', nfs: { server: 'h', path: '/x' } }, { name: 'i', csi: { driver: 'd.example' } }),
    volume('iscsi', { name: 'v', iscsi: { targetPortal: '1.2.3.4', iqn: 'iqn.2001-04.com.example:x', lun: 0 } })
  ),
  tried(
    'pod: volumes that are wrong',
    volume('no-name', { emptyDir: {} }),
    volume('bad-name', { name: 'A_b', emptyDir: {} }),
    volume('dotted', { name: 'a.b', emptyDir: {} }),
    volume('twice', { name: 'v', emptyDir: {} }, { name: 'v', emptyDir: {} }),
    volume('two', { name: 'v', emptyDir: {}, hostPath: { path: '/x' }, secret: { secretName: 's' } }),
    volume(
      'unnamed',
      { name: 'a', secret: {} },
      { name: 'b', configMap: {} },
      { name: 'c', hostPath: {} },
      { name: 'd', persistentVolumeClaim: {} }
    ),
    volume('mode', { name: 'v', secret: { secretName: 's', defaultMode: 1000 } }),
    volume('item-paths', {
      name: 'v',
      configMap: {
        name: 'm',
        items: [
          { key: 'k', path: '/abs' },
          { key: 'l', path: '../up' },
          { key: '', path: '' },
          { key: 'm', path: '..x' }
        ]
      }
    }),
    volume('steps', { name: 'v', hostPath: { path: '/a/../b' } }, { name: 'w', hostPath: { path: '/a', type: 'Dir' } }),
    volume('field', {
      name: 'v',
      downwardAPI: {
        items: [{ path: 'x', fieldRef: { fieldPath: 'status.podIP' } }, { path: 'y' }, { path: 'z', fieldRef: { fieldPath: 'spec.nope' } }]
      }
    }),
    volume('token', { name: 'v', projected: { sources: [{ serviceAccountToken: { path: '', expirationSeconds: 60 } }] } }),
    volume('same-paths', {
      name: 'v',
      projected: {
        sources: [
          { secret: { name: 's', items: [{ key: 'a', path: 'p' }] } },
          { configMap: { name: 'c', items: [{ key: 'a', path: 'p' }] } }
        ]
      }
    }),
    volume('two-sources', { name: 'v', projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } }),
    volume('ephemeral', {
      name: 'v',
      ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: { accessModes: ['Sometimes'] } } }
    }),
    volume('nfs', { name: 'v', nfs: { server: '', path: 'rel' } }),
    volume('image', { name: 'v', image: { reference: 'a:b' } }),
    volume('csi', { name: 'v', csi: { driver: '' } })
  ),
  tried(
    'pod: mounts that are wrong',
    podOf('unknown', { volumeMounts: [{ name: 'v', mountPath: '/x' }] }),
    podOf(
      'twice',
      {
        volumeMounts: [
          { name: 'v', mountPath: '/x' },
          { name: 'v', mountPath: '/x' }
        ]
      },
      { volumes: [{ name: 'v' }] }
    ),
    podOf('no-path', { volumeMounts: [{ name: 'v' }] }, { volumes: [{ name: 'v' }] }),
    podOf('sub', { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../y', subPathExpr: '/z' }] }, { volumes: [{ name: 'v' }] }),
    podOf('spread', { volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'Bidirectional' }] }, { volumes: [{ name: 'v' }] }),
    podOf(
      'spread-odd',
      { volumeMounts: [{ name: 'v', mountPath: '/x', mountPropagation: 'Both', recursiveReadOnly: 'Enabled' }] },
      { volumes: [{ name: 'v' }] }
    ),
    podOf('device', { volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] }, { volumes: [{ name: 'v' }] }),
    podOf(
      'device-twice',
      {
        volumeDevices: [
          { name: 'v', devicePath: '' },
          { name: 'v', devicePath: '/a/../b' }
        ]
      },
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }
    )
  )
]
