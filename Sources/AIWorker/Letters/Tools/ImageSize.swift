import WorkerAPI

/// The size of an image as its head says, so that one that unfolds to gigabytes is never opened.
struct ImageSize: Sendable, Equatable {
  let width: Int
  let height: Int

  /// Points of the largest image that is read: more than any telephone takes.
  static let pixelsMax = 60_000_000

  var isTooLarge: Bool { width > 20_000 || height > 20_000 || width * height > Self.pixelsMax }

  /// Nil where the head is broken, or does not say it within these bytes.
  init?(_ head: [UInt8], type: DocumentType) {
    let size: (Int, Int)?
    switch type {
    case .png: size = Self.png(head)
    case .jpeg: size = Self.jpeg(head)
    case .webp: size = Self.webp(head)
    case .pdf: size = nil
    }
    guard let size, size.0 > 0, size.1 > 0 else { return nil }
    (width, height) = size
  }

  /// How a camera was held: quarter turns clockwise that set the picture upright (Exif 2.32, tag
  /// 0x0112); 0 where nothing is said, and for mirrored pictures, which no camera takes.
  static func quarterTurns(_ head: [UInt8]) -> Int {
    guard let place = head.firstRange(of: Array("Exif\0\0".utf8))?.upperBound,
      place + 8 < head.count
    else { return 0 }
    let isLittle = head[place] == UInt8(ascii: "I")
    func value(_ offset: Int, _ count: Int) -> Int? {
      let at = place + offset
      guard offset >= 0, at + count <= head.count else { return nil }
      let bytes = isLittle ? head[at..<at + count].reversed() : Array(head[at..<at + count])
      return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = value(4, 4), directory < head.count, let entries = value(directory, 2)
    else { return 0 }
    for entry in 0..<min(entries, 64) {
      let at = directory + 2 + 12 * entry
      guard value(at, 2) == 0x0112 else { continue }
      return [3: 2, 6: 1, 8: 3][value(at + 8, 2) ?? 1] ?? 0
    }
    return 0
  }

  private static func number(_ bytes: [UInt8], _ places: [Int]) -> Int? {
    guard let last = places.max(), last < bytes.count else { return nil }
    return places.reduce(0) { $0 << 8 | Int(bytes[$1]) }
  }

  private static func png(_ bytes: [UInt8]) -> (Int, Int)? {
    guard let width = number(bytes, [16, 17, 18, 19]), let height = number(bytes, [20, 21, 22, 23])
    else { return nil }
    return (width, height)
  }

  /// The frame header among the segments (ITU T.81, annex B).
  private static func jpeg(_ bytes: [UInt8]) -> (Int, Int)? {
    var at = 2
    while at + 9 < bytes.count {
      guard bytes[at] == 0xFF else { return nil }
      let marker = bytes[at + 1]
      if marker == 0xFF || marker == 0x01 || (0xD0...0xD7).contains(marker) {
        at += marker == 0xFF ? 1 : 2
        continue
      }
      let isFrame =
        (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
      if isFrame {
        guard let height = number(bytes, [at + 5, at + 6]),
          let width = number(bytes, [at + 7, at + 8])
        else { return nil }
        return (width, height)
      }
      guard let length = number(bytes, [at + 2, at + 3]), length >= 2 else { return nil }
      at += 2 + length
    }
    return nil
  }

  /// The three kinds of first chunk (RFC 9649).
  private static func webp(_ bytes: [UInt8]) -> (Int, Int)? {
    guard bytes.count >= 30 else { return nil }
    switch String(decoding: bytes[12..<16], as: UTF8.self) {
    case "VP8X":
      guard let width = number(bytes, [26, 25, 24]), let height = number(bytes, [29, 28, 27]) else {
        return nil
      }
      return (width + 1, height + 1)
    case "VP8L":
      guard bytes[20] == 0x2F, let bits = number(bytes, [24, 23, 22, 21]) else { return nil }
      return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    case "VP8 ":
      guard let width = number(bytes, [27, 26]), let height = number(bytes, [29, 28]) else {
        return nil
      }
      return (width & 0x3FFF, height & 0x3FFF)
    default: return nil
    }
  }
}
