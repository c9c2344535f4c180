/** A ConfigMap that says something wrong. The message names the key and is the one that the webhook answers with. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

/** `data` of a ConfigMap, as stored. */
export type ConfigData = Readonly<Record<string, string>> | undefined
