import CZlib

/// A zip archive (PKWARE APPNOTE 6.3) that is written as it is made: nothing of it is kept but the
/// list of its entries.
///
/// ```swift
/// var zip = ZipWriter(year: 2026, month: 11, day: 22)
/// sink(try zip.begin("messages.json"))
/// sink(try zip.write(piece))          // as often as needed
/// sink(try zip.end())
/// sink(try zip.finish())
/// ```
///
/// Sizes and checksums follow each entry's data, as they are not known before. Names are UTF-8.
/// Invariants: entries do not overlap; a name is written as given, so the caller keeps `..` and a
/// leading slash out of it; no zip64, so 65,535 entries and 4 GiB at most, and more is an error.
package struct ZipWriter: ~Copyable {
  private static let utf8AndDescriptor: UInt16 = 0x0808
  private static let deflated: UInt16 = 8
  private static let version: UInt16 = 20

  private struct Entry {
    let name: [UInt8]
    let offset: UInt32
    var checksum: UInt32 = 0
    var compressed: UInt64 = 0
    var size: UInt64 = 0
  }

  private let level: Int32
  private let date: UInt16
  private var entries: [Entry] = []
  private var deflate: DeflateStream?
  private var offset: UInt64 = 0
  private var isFinished = false

  /// - Parameters:
  ///   - level: 1 (fast) to 9 (small).
  ///   - year: the day that every entry bears, from 1980 on.
  package init(level: Int32 = 6, year: Int, month: Int, day: Int) {
    self.level = level
    let (year, month, day) = (max(0, min(127, year - 1980)), month & 0xf, day & 0x1f)
    date = UInt16(year << 9 | month << 5 | day)
  }

  /// Opens an entry; its local header.
  package mutating func begin(_ name: String) throws(CompressionError) -> [UInt8] {
    guard deflate == nil, !isFinished else { throw CompressionError(code: .streamBroken) }
    let name = Array(name.utf8)
    guard let start = UInt32(exactly: offset), entries.count < 0xffff, name.count <= 0xffff else {
      throw CompressionError(code: .tooLarge)
    }
    deflate = try DeflateStream(.none, level: level)
    entries.append(Entry(name: name, offset: start))
    var bytes: [UInt8] = []
    bytes.append(little: UInt32(0x0403_4b50))
    bytes.append(little: Self.version)
    appendMethod(to: &bytes)
    for _ in 0..<3 { bytes.append(little: UInt32(0)) }
    bytes.append(little: UInt16(name.count))
    bytes.append(little: UInt16(0))
    bytes += name
    return count(bytes)
  }

  /// Data of the open entry; what comes out may be empty until later.
  package mutating func write(_ bytes: [UInt8]) throws(CompressionError) -> [UInt8] {
    guard deflate != nil, let last = entries.indices.last else {
      throw CompressionError(code: .streamBroken)
    }
    entries[last].checksum = bytes.withUnsafeBufferPointer {
      // A null pointer would reset the checksum.
      $0.isEmpty
        ? entries[last].checksum
        : UInt32(crc32_z(UInt(entries[last].checksum), $0.baseAddress, $0.count))
    }
    entries[last].size += UInt64(bytes.count)
    let output = try deflate?.write(bytes) ?? []
    entries[last].compressed += UInt64(output.count)
    return count(output)
  }

  /// Closes the open entry: the rest of its data and its sizes.
  package mutating func end() throws(CompressionError) -> [UInt8] {
    guard deflate != nil, let last = entries.indices.last else {
      throw CompressionError(code: .streamBroken)
    }
    var bytes = try deflate?.finish() ?? []
    deflate = nil
    entries[last].compressed += UInt64(bytes.count)
    let entry = entries[last]
    guard let compressed = UInt32(exactly: entry.compressed),
      let size = UInt32(exactly: entry.size)
    else { throw CompressionError(code: .tooLarge) }
    bytes.append(little: UInt32(0x0807_4b50))
    bytes.append(little: entry.checksum)
    bytes.append(little: compressed)
    bytes.append(little: size)
    return count(bytes)
  }

  /// The directory of all entries; last, and once.
  package mutating func finish() throws(CompressionError) -> [UInt8] {
    guard deflate == nil, !isFinished else { throw CompressionError(code: .streamBroken) }
    isFinished = true
    var bytes: [UInt8] = []
    for entry in entries { append(entry, to: &bytes) }
    guard let start = UInt32(exactly: offset) else { throw CompressionError(code: .tooLarge) }
    let size = UInt32(bytes.count)
    bytes.append(little: UInt32(0x0605_4b50))
    bytes.append(little: UInt32(0))
    bytes.append(little: UInt16(entries.count))
    bytes.append(little: UInt16(entries.count))
    bytes.append(little: size)
    bytes.append(little: start)
    bytes.append(little: UInt16(0))
    return count(bytes)
  }

  private func append(_ entry: Entry, to bytes: inout [UInt8]) {
    bytes.append(little: UInt32(0x0201_4b50))
    // Made on Unix, so that the attributes below are file modes.
    bytes.append(little: UInt16(3 << 8) | Self.version)
    bytes.append(little: Self.version)
    appendMethod(to: &bytes)
    bytes.append(little: entry.checksum)
    bytes.append(little: UInt32(truncatingIfNeeded: entry.compressed))
    bytes.append(little: UInt32(truncatingIfNeeded: entry.size))
    bytes.append(little: UInt16(entry.name.count))
    // No extra field, no comment, first disk, no internal attributes.
    for _ in 0..<4 { bytes.append(little: UInt16(0)) }
    bytes.append(little: UInt32(0o100600) << 16)
    bytes.append(little: entry.offset)
    bytes += entry.name
  }

  private func appendMethod(to bytes: inout [UInt8]) {
    bytes.append(little: Self.utf8AndDescriptor)
    bytes.append(little: Self.deflated)
    bytes.append(little: UInt16(0))
    bytes.append(little: date)
  }

  private mutating func count(_ bytes: [UInt8]) -> [UInt8] {
    offset += UInt64(bytes.count)
    return bytes
  }
}

extension [UInt8] {
  /// Appends a number, the low byte first.
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
