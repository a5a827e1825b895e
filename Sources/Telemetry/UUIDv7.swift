internal import Glibc
internal import Synchronization

/// Ids that sort by the time they were made (RFC 9562, section 5.7).
package enum UUIDv7 {
  /// A new id in the canonical lower-case form of 36 characters.
  package static func make(nowMilliseconds: UInt64) -> String {
    text(makeBytes(nowMilliseconds: nowMilliseconds))
  }

  /// A new id as its two 64-bit halves, the most significant first.
  package static func makeBytes(nowMilliseconds: UInt64) -> (high: UInt64, low: UInt64) {
    let random = RandomWords.make()
    let high = nowMilliseconds << 16 | 0x7000 | random.0 & 0x0fff
    let low = 0x8000_0000_0000_0000 | random.1 & 0x3fff_ffff_ffff_ffff
    return (high, low)
  }

  /// The canonical text of an id given as two halves.
  package static func text(_ id: (high: UInt64, low: UInt64)) -> String {
    String(unsafeUninitializedCapacity: 36) { buffer in
      var at = 0
      for position in 0..<32 {
        if position == 8 || position == 12 || position == 16 || position == 20 {
          buffer[at] = UInt8(ascii: "-")
          at += 1
        }
        let half = position < 16 ? id.high : id.low
        let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - position % 16 * 4)) & 0xf
        buffer[at] = Hex.digit(nibble)
        at += 1
      }
      return at
    }
  }
}

/// Random words from the kernel, fetched many at a time: a system call for each id costs more than
/// everything else about it.
enum RandomWords {
  private struct Store {
    var words = [UInt64](repeating: 0, count: 96)
    var left = 0
  }

  private static let store = Mutex(Store())

  /// Three words that nobody was given before.
  static func make() -> (UInt64, UInt64, UInt64) {
    store.withLock { store in
      if store.left < 3 {
        fill(&store.words)
        store.left = store.words.count
      }
      store.left -= 3
      let at = store.left
      let words = (store.words[at], store.words[at + 1], store.words[at + 2])
      // What was given out is not kept.
      for index in at..<(at + 3) { store.words[index] = 0 }
      return words
    }
  }

  private static func fill(_ words: inout [UInt64]) {
    let filled = words.withUnsafeMutableBytes { buffer in
      var at = 0
      while at < buffer.count {
        // The kernel gives at most 256 bytes at once without a short read.
        let length = min(256, buffer.count - at)
        guard getentropy(buffer.baseAddress.map { $0 + at }, length) == 0 else { return false }
        at += length
      }
      return true
    }
    guard !filled else { return }
    // Where the kernel has no such call, the generator below finds another way.
    var generator = SystemRandomNumberGenerator()
    for index in words.indices { words[index] = generator.next() }
  }
}

/// Lower-case hexadecimal, the only form W3C Trace Context and UUID texts allow.
enum Hex {
  static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }

  static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var shift: UInt64 = 64
    while shift > 0 {
      shift -= 4
      bytes.append(digit(UInt8(truncatingIfNeeded: value >> shift) & 0xf))
    }
  }

  /// Sixteen lower-case digits; nil where any other character stands.
  static func parse(_ digits: some Sequence<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for byte in digits {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return value
  }
}
