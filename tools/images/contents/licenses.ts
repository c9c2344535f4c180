import type { BundledPackage } from './bundled-packages.ts'

/** One text with the licences of everything in a bundle that is not ours; a text that several packages share is there once. */
export function thirdPartyLicenses(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, string[]>()
  for (const { name, version, license, texts } of packages) {
    const text =
      texts.length > 0
        ? texts.map((each) => each.trim()).join('\n\n')
        : `The package has no licence file; its package.json says: ${license || 'nothing'}`
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}${license === '' ? '' : ` (${license})`}`])
  }
  return [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`)
}
