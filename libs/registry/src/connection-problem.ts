import { RegistryError } from './registry-error.ts'

/** What undici and Node say of a broken exchange. */
interface SystemError {
  readonly code?: string
  readonly message?: string
  readonly cause?: unknown
  readonly errors?: readonly SystemError[]
}

const untrusted =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_CA|HOSTNAME_MISMATCH)/
const broken = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT'])

/** Statuses of CONNECT that say why, in words of others that use them: standalone's own tunnels answer so. */
const proxySays: Readonly<Record<string, string>> = {
  407: 'to HOST does not take its name and password',
  521: 'found that HOST refuses connections: see that the registry runs',
  522: 'waited in vain for HOST: see that the registry runs, and that nothing is between',
  530: 'found no host HOST: look at the name of the image'
}

/** The connection broke after it was made: asked again, it may hold. */
export const isBroken = (error: unknown): boolean => broken.has(codeOf(error))

/** The certificate is the reason. */
const isUntrusted = (error: unknown): boolean => untrusted.test(codeOf(error))

/** An exchange that ended without an answer, in a sentence. `url` is told without its query, which may hold a signature. */
export function connectionProblem(method: string, url: URL, error: unknown): RegistryError {
  const where = `${method} ${placeOf(url)}`
  if (isUntrusted(error)) {
    const message = `${where}: the certificate of ${url.host} is not trusted (${reasonOf(error)}): mount its authority and name the directory in SSL_CERT_DIR`
    return new RegistryError('tls', message, { cause: error })
  }
  const code = codeOf(error)
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return new RegistryError('tls', `${where}: ${url.host} does not speak TLS as it should (${reasonOf(error)})`, { cause: error })
  // undici says it in words alone.
  const [, refused] = /Proxy response \((\d+)\)/.exec(first(error).message ?? '') ?? []
  if (refused !== undefined) {
    const said =
      proxySays[refused] ?? `could not reach ${url.host} (${refused}): look at the name of the image, and see that the registry runs`
    const message = `${where}: the proxy on the way ${said.replaceAll('HOST', url.host)}`
    return new RegistryError('unreachable', message, { cause: error })
  }
  const advice =
    code === 'ENOTFOUND'
      ? `there is no host ${url.hostname}: look at the name of the image`
      : code === 'EAI_AGAIN'
        ? `the name ${url.hostname} cannot be looked up now: look at the image's name and at DNS`
        : `the registry cannot be reached: see that it runs, and that nothing is between`
  return new RegistryError('unreachable', `${where}: ${advice} (${reasonOf(error)})`, { cause: error })
}

/** An address without query, name and password. */
export const placeOf = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`

function first(error: unknown): SystemError {
  const { errors, cause } = error as SystemError
  if (errors !== undefined && errors.length > 0) return first(errors[0])
  return (error as SystemError).code === undefined && typeof cause === 'object' && cause !== null ? first(cause) : (error as SystemError)
}

const codeOf = (error: unknown): string => String(first(error).code ?? '')

function reasonOf(error: unknown): string {
  const { code, message = '' } = first(error)
  // OpenSSL's messages are lines with files and numbers; the code says it.
  return message === '' || String(code).startsWith('ERR_SSL_') ? String(code ?? 'unknown') : (message.split('\n')[0] as string)
}
