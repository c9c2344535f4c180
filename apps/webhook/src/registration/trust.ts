/** PEM bundles: which authorities an API server trusts. */
const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** The certificates of all bundles in their order, none twice. What is no certificate is left out. */
export function authorities(...bundles: readonly string[]): string {
  const all = new Set(bundles.flatMap((bundle) => bundle.match(certificate) ?? []))
  return [...all].map((one) => `${one}\n`).join('')
}
