/** An address that OTLP can be sent to. */
export type Endpoint = { readonly url: string } | { readonly problem: string }

/**
 * Where `metrics-endpoint` or `tracing-endpoint` leads. `host:port` alone is https, as upstream takes it; over HTTP a URL without a path
 * gets `path`, OTLP's own.
 */
export function otlpEndpoint(text: string, protocol: 'http/protobuf' | 'grpc', path: string): Endpoint {
  const absolute = /^https?:\/\//i.test(text) ? text : `https://${text}`
  let url: URL
  try {
    url = new URL(absolute)
  } catch {
    return { problem: `"${text}" is not an address: use http://HOST:PORT or https://HOST:PORT` }
  }
  if (protocol === 'http/protobuf' && url.pathname === '/') url.pathname = path
  return { url: protocol === 'grpc' ? url.origin : url.href }
}
