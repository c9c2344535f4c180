/** Header names of the Knative data plane (reference 4.1). */
export const knativeHeaders = {
  revision: 'Knative-Serving-Revision',
  namespace: 'Knative-Serving-Namespace',
  tag: 'Knative-Serving-Tag',
  defaultRoute: 'Knative-Serving-Default-Route',
  proxyRequest: 'K-Proxy-Request',
  originalHost: 'K-Original-Host',
  passthroughLb: 'K-Passthrough-Lb',
  directLb: 'Knative-Direct-Lb'
} as const
