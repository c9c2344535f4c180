/** The installation that a journey runs on when somebody names one: by `npm run e2e`, in these variables. */
export interface Installation {
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string
  /** Where its gateway listens for plain HTTP. */
  readonly gateway: URL
}

/** The one of E2E_KUBECONFIG and E2E_GATEWAY; undefined where journeys start a standalone of their own. Throws when one variable is there alone. */
export function namedInstallation(env: NodeJS.ProcessEnv = process.env): Installation | undefined {
  const { E2E_KUBECONFIG: kubeconfig = '', E2E_GATEWAY: gateway = '' } = env
  if (kubeconfig === '' && gateway === '') return undefined
  if (kubeconfig === '') throw new Error('E2E_GATEWAY is set and E2E_KUBECONFIG is not: give the kubeconfig of the same installation')
  if (gateway === '') throw new Error('E2E_KUBECONFIG is set and E2E_GATEWAY is not: give the URL of the same installation’s gateway')
  if (!URL.canParse(gateway)) throw new Error(`E2E_GATEWAY: "${gateway}" is no URL: give one such as http://203.0.113.7`)
  return { kubeconfig, gateway: new URL(gateway) }
}

/**
 * The image of a program in e2e/images or samples. Standalone runs its directory; for clusters it is a real image, which E2E_IMAGES names:
 * `dev.local/NAME:e2e` unless said otherwise, with NAME for the program's.
 */
export function imageOf(program: string, env: NodeJS.ProcessEnv = process.env): string {
  const pattern = env['E2E_IMAGES'] || (namedInstallation(env) === undefined ? 'dev.local/NAME' : 'dev.local/NAME:e2e')
  return pattern.replaceAll('NAME', program)
}
