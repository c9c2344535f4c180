/**
 * A Kubernetes path with its names replaced, as client-go's metrics have it: `/api/v1/namespaces/{namespace}/pods/{name}/log`. Other paths
 * stay. Without it each object would be a time series of its own.
 */
export function urlTemplate(path: string): string {
  const [own = ''] = path.split('?', 1)
  const segments = own.split('/')
  const start = segments[1] === 'api' ? 3 : segments[1] === 'apis' ? 4 : undefined
  if (start === undefined || segments.length <= start) return own
  let at = start
  if (segments[at] === 'namespaces' && segments.length > at + 2) {
    segments[at + 1] = '{namespace}'
    at += 2
  }
  if (segments.length > at + 1) segments[at + 1] = '{name}'
  return segments.join('/')
}
