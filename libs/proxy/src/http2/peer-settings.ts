import { defaultWindow, errorCode, frameSize, largest31, setting } from './codes.ts'
import { ConnectionFault } from './connection-fault.ts'

/** What the peer has set (RFC 9113 6.5.2). Its frame size needs no keeping: larger frames than the least are never sent. */
export class PeerSettings {
  headerTableSize = 4096
  /** Streams that we may open. */
  maxConcurrentStreams: number
  initialWindowSize = defaultWindow

  /** @param assumedStreams until the peer says how many. */
  constructor(assumedStreams: number) {
    this.maxConcurrentStreams = assumedStreams
  }

  /**
   * Takes the payload of a SETTINGS frame. Throws a ConnectionFault on a value that must not be.
   * @param fromServer whether a server sends it, which must not ask for pushes.
   */
  take(bytes: Buffer, from: number, to: number, fromServer: boolean): void {
    for (let at = from; at < to; at += 6) {
      const value = bytes.readUInt32BE(at + 2)
      switch (bytes.readUInt16BE(at)) {
        case setting.headerTableSize:
          this.headerTableSize = value
          break
        case setting.enablePush:
          if (value > 1 || (fromServer && value === 1)) throw fault(errorCode.protocol, 'ENABLE_PUSH', value)
          break
        case setting.maxConcurrentStreams:
          this.maxConcurrentStreams = value
          break
        case setting.initialWindowSize:
          if (value > largest31) throw fault(errorCode.flowControl, 'INITIAL_WINDOW_SIZE', value)
          this.initialWindowSize = value
          break
        case setting.maxFrameSize:
          if (value < frameSize || value > 0xffffff) throw fault(errorCode.protocol, 'MAX_FRAME_SIZE', value)
          break
        default:
        // Unknown settings are ignored (6.5.2).
      }
    }
  }
}

function fault(code: number, name: string, value: number): ConnectionFault {
  return new ConnectionFault(code, `SETTINGS_${name} of ${value} (RFC 9113 6.5.2)`)
}
