/**
 * Lengths in bits of the Huffman code of RFC 7541 appendix B: a base-36 digit for each of the symbols 0 to 255 and the end of string. The code is
 * canonical (5.2: shorter codes first, equal lengths in the order of their symbols), so the lengths say it all.
 */
const lengths = [
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca',
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds',
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn',
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq',
  'u'
].join('')

/** The symbol that ends a string (RFC 7541 5.2). It must never be met. */
export const endOfString = 256

/** Code and length in bits of each symbol; the code stands in the low bits. */
export interface HuffmanCode {
  readonly codes: Uint32Array
  readonly bits: Uint8Array
}

/** Assigns the codes. */
export function huffmanCode(): HuffmanCode {
  const bits = Uint8Array.from(lengths, (digit) => Number.parseInt(digit, 36))
  const codes = new Uint32Array(bits.length)
  let next = 0
  for (let length = 1; length <= 30; length++) {
    next *= 2
    for (let symbol = 0; symbol < bits.length; symbol++) if (bits[symbol] === length) codes[symbol] = next++
  }
  return { codes, bits }
}
