/// What a `Server-Timing` header tells, in nanoseconds.
package struct ServerTiming: Sendable, Equatable {
  package var auth: UInt64 = 0
  package var db: UInt64 = 0
  package var queue: UInt64 = 0
  package var ai: UInt64 = 0
  package var total: UInt64 = 0

  /// The server's own share: the whole less the time waited on PostgreSQL and workers.
  package var overhead: UInt64 {
    let rest = total - min(total, db)
    return rest - min(rest, ai)
  }

  package init() {}

  /// Reads `name;dur=1.25, …`; nil where no known duration is in it.
  package init?(_ text: String) {
    var copy = text
    let read = copy.withUTF8 { bytes -> ServerTiming? in
      let raw = UnsafeRawBufferPointer(bytes)
      return ServerTiming(raw[raw.startIndex..<raw.endIndex])
    }
    guard let read else { return nil }
    self = read
  }

  init?(_ bytes: Slice<UnsafeRawBufferPointer>) {
    var found = false
    for entry in bytes.split(separator: 0x2c) {
      let entry = entry.drop { $0 == 0x20 }
      let name = entry.prefix { $0 != 0x3b && $0 != 0x20 }
      guard let nanoseconds = Self.duration(entry.dropFirst(name.count)) else { continue }
      found = true
      if name.elementsEqual("auth".utf8) {
        auth = nanoseconds
      } else if name.elementsEqual("db".utf8) {
        db = nanoseconds
      } else if name.elementsEqual("queue".utf8) {
        queue = nanoseconds
      } else if name.elementsEqual("ai".utf8) {
        ai = nanoseconds
      } else if name.elementsEqual("total".utf8) {
        total = nanoseconds
      }
    }
    if !found { return nil }
  }

  /// The value of `;dur=`, milliseconds with decimals.
  private static func duration(_ parameters: Slice<UnsafeRawBufferPointer>) -> UInt64? {
    for parameter in parameters.split(separator: 0x3b) {
      let parameter = parameter.drop { $0 == 0x20 }
      guard parameter.starts(with: "dur=".utf8) else { continue }
      var whole: UInt64 = 0
      var scale: UInt64 = 0
      for byte in parameter.dropFirst(4) {
        if byte == 0x2e, scale == 0 {
          scale = 1_000_000
        } else if byte >= 0x30, byte <= 0x39, whole < 1_000_000_000_000_000 {
          let digit = UInt64(byte - 0x30)
          if scale == 0 {
            whole = whole * 10 + digit * 1_000_000
          } else {
            scale /= 10
            whole += digit * scale
            // What is finer than a nanosecond is left out.
            if scale == 0 { return whole }
          }
        } else {
          return nil
        }
      }
      return whole
    }
    return nil
  }
}
