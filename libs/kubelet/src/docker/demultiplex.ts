import type { Container } from 'dockerode'

interface Demultiplexer {
  demuxStream(stream: NodeJS.ReadableStream, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): void
}

/** Takes a stream of the engine apart that carries output and errors in frames. */
export const demultiplex = (
  { modem }: Container,
  stream: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream
): void => (modem as Demultiplexer).demuxStream(stream, stdout, stderr)
