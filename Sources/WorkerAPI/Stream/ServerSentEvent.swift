/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Hashable {
  /// The `event` field; `message` where the stream names none.
  package var name: String
  /// The `data` lines, joined by line feeds.
  package var data: String

  package init(name: String, data: String) {
    self.name = name
    self.data = data
  }

  /// A comment that keeps a silent connection open; parsers drop it.
  package static let heartbeat: [UInt8] = Array(":\n\n".utf8)

  /// The event as sent: a `data` line for each line of the data, then an empty line.
  ///
  /// CR and CRLF in the data become LF, which is how a reader would see them anyway. A line break
  /// in the name would start a field of its own, so it is left out.
  package func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.utf8.count + data.utf8.count + 24)
    bytes.append(contentsOf: "event: ".utf8)
    bytes.append(contentsOf: name.utf8.lazy.filter { $0 != 0x0A && $0 != 0x0D })
    bytes.append(contentsOf: "\ndata: ".utf8)
    var previousWasReturn = false
    for byte in data.utf8 {
      switch byte {
      case 0x0A where previousWasReturn: break
      case 0x0A, 0x0D: bytes.append(contentsOf: "\ndata: ".utf8)
      default: bytes.append(byte)
      }
      previousWasReturn = byte == 0x0D
    }
    bytes.append(contentsOf: "\n\n".utf8)
    return bytes
  }
}
