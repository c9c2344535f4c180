/** The peer broke the protocol: the connection ends, with this as the reason. */
export class SpdyError extends Error {}
