/** Good objects to start from. */
const container = {
  name: 'c',
  image: 'x',
  ports: [{ containerPort: 80 }],
  resources: { limits: { cpu: '1' } },
  env: [{ name: 'A', value: 'b' }]
}
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } }
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }

/** Good objects by the last word of their path; a fuzzed one has one or two odd places. */
export const OBJECTS: Readonly<Record<string, object>> = {
  configmaps: { data: { a: 'b' }, binaryData: { c: 'aGk=' } },
  secrets: { data: { a: 'aGk=' }, type: 'Opaque' },
  pods: { spec: { ...template.spec, serviceAccountName: 'there', volumes: [{ name: 'v', emptyDir: {} }] } },
  services: { spec: { ports: [{ port: 80, targetPort: 'http' }], selector: { a: 'b' } } },
  namespaces: { spec: { finalizers: ['kubernetes'] } },
  deployments: { spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template } },
  jobs: { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } } },
  clusterroles: { rules: [rule] },
  fuzzes: { apiVersion: 'fuzz.example.com/v1', kind: 'Fuzz', spec: { size: 1 } },
  selfsubjectaccessreviews: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  customresourcedefinitions: {
    spec: {
      group: 'odd.example.com',
      scope: 'Namespaced',
      names: { plural: 'odds', kind: 'Odd' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-validations': [{ rule: 'true' }] } } }
          }
        }
      ]
    }
  },
  validatingwebhookconfigurations: {
    webhooks: [
      {
        name: 'a.b.c',
        clientConfig: { url: 'https://127.0.0.1:1/' },
        rules: [{ ...rule, apiVersions: ['v1'], operations: ['CREATE'] }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        matchConditions: [{ name: 'a', expression: 'true' }]
      }
    ]
  }
}
