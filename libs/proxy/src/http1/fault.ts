/** Why a message is refused. Closed list; the data path answers 400 to all of them but `unknown-expectation` (417), and closes. */
export type FaultCode =
  | 'bad-method'
  | 'bad-target'
  | 'bad-version'
  | 'bad-status'
  | 'bad-name'
  | 'space-before-colon'
  | 'folded'
  | 'bad-value'
  | 'nul'
  | 'bare-cr'
  | 'bare-lf'
  | 'head-too-large'
  | 'too-many-headers'
  | 'missing-host'
  | 'repeated-host'
  | 'bad-host'
  | 'host-mismatch'
  | 'bad-length'
  | 'repeated-length'
  | 'length-and-chunked'
  | 'bad-transfer-encoding'
  | 'bad-connection'
  | 'bad-upgrade'
  | 'bad-chunk-size'
  | 'bad-chunk-extension'
  | 'bad-chunk-end'
  | 'bad-trailer'
  | 'unknown-expectation'
  | 'truncated'

/** A message that broke the grammar or the framing rules. */
export class ParseFault extends Error {
  override readonly name = 'ParseFault'
  readonly code: FaultCode

  constructor(code: FaultCode) {
    super(`malformed HTTP message: ${code}`)
    this.code = code
  }
}
