/// The name of one request in logs, problems and `X-Request-Id`.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
  /// 1 to 128 characters of `A-Z a-z 0-9 . _ -`.
  package let text: String

  /// Keeps the incoming `X-Request-Id` where it is sane, else makes a new id.
  package init(incoming: String?, nowMilliseconds: UInt64) {
    if let incoming, Self.isSane(incoming) {
      text = incoming
    } else {
      text = UUIDv7.make(nowMilliseconds: nowMilliseconds)
    }
  }

  /// A new id.
  package init(nowMilliseconds: UInt64) {
    self.init(incoming: nil, nowMilliseconds: nowMilliseconds)
  }

  package var description: String { text }

  /// Whether a text from outside may stand in logs and headers as it is.
  package static func isSane(_ text: String) -> Bool {
    let bytes = text.utf8
    guard !bytes.isEmpty, bytes.count <= 128 else { return false }
    return bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}
