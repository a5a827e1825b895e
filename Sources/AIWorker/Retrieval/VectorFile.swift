import Cryptography
import Glibc

/// Vectors on disk, each under the digest of what was embedded and how: made once for a text,
/// whatever worker asks.
///
/// The file is replaced whole or not at all, so several workers may share one. Its last 32 bytes
/// are the SHA-256 of all before them: what is cut, old or not ours is refused and made anew.
///
/// | bytes | are |
/// | --- | --- |
/// | 8 | `PHXVEC01` |
/// | 4, 4 | dimensions, entries; little-endian |
/// | 32 + 4 · dimensions, for each entry | digest, numbers (IEEE 754, little-endian) |
/// | 32 | SHA-256 |
package struct VectorFile: Sendable {
  /// Why a file was not read or written.
  package enum Failure: String, Error { case unreadable, unwritable, tooLarge, malformed }

  /// Digest of a text to its vector.
  package typealias Vectors = [[UInt8]: [Float]]

  private static let magic = Array("PHXVEC01".utf8)
  private static let bytesMax = 64 << 20
  private static let digestBytes = 32
  package let path: String

  package init(path: String) { self.path = path }

  /// What a vector is kept under: everything that it depends on.
  package static func key(_ text: String, model: String, dimensions: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for field in [model, String(dimensions), text] {
      withUnsafeBytes(of: UInt64(field.utf8.count).littleEndian) { bytes += $0 }
      bytes += field.utf8
    }
    return SHA256.hash(bytes)
  }

  /// Empty where there is no file.
  package func read(dimensions: Int) throws(Failure) -> Vectors {
    guard let bytes = try load() else { return [:] }
    let head = Self.magic.count + 8
    guard bytes.count >= head + Self.digestBytes, bytes.starts(with: Self.magic),
      SHA256.hash(Array(bytes.dropLast(Self.digestBytes))) == Array(bytes.suffix(Self.digestBytes)),
      Self.number(bytes, at: Self.magic.count) == dimensions
    else { throw .malformed }
    let entries = Self.number(bytes, at: Self.magic.count + 4)
    let entryBytes = Self.digestBytes + 4 * dimensions
    guard entries <= Self.bytesMax / entryBytes,
      bytes.count == head + entries * entryBytes + Self.digestBytes
    else { throw .malformed }
    var vectors: Vectors = [:]
    vectors.reserveCapacity(entries)
    for entry in 0..<entries {
      let start = head + entry * entryBytes
      let vector = (0..<dimensions).map { place in
        Float(
          bitPattern: UInt32(
            truncatingIfNeeded: Self.number(
              bytes, at: start + Self.digestBytes + 4 * place)))
      }
      guard vector.allSatisfy(\.isFinite) else { throw .malformed }
      vectors[Array(bytes[start..<(start + Self.digestBytes)])] = vector
    }
    return vectors
  }

  /// Writes vectors of one length, in the order of their digests.
  package func write(_ vectors: Vectors, dimensions: Int) throws(Failure) {
    var bytes = Self.magic
    for number in [dimensions, vectors.count] {
      withUnsafeBytes(of: UInt32(clamping: number).littleEndian) { bytes += $0 }
    }
    for (digest, vector) in vectors.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      guard digest.count == Self.digestBytes, vector.count == dimensions else { throw .malformed }
      bytes += digest
      for number in vector {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
      }
    }
    bytes += SHA256.hash(bytes)
    guard bytes.count <= Self.bytesMax else { throw .tooLarge }
    try replace(with: bytes)
  }

  private static func number(_ bytes: [UInt8], at place: Int) -> Int {
    Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16
      | Int(bytes[place + 3]) << 24
  }

  private func load() throws(Failure) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .unreadable
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      if bytes.count > Self.bytesMax { throw .tooLarge }
    }
  }

  private func replace(with bytes: [UInt8]) throws(Failure) {
    let next = "\(path).\(getpid()).new"
    unlink(next)
    let descriptor = open(next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unwritable }
    var rest = bytes[...]
    var isWhole = true
    while !rest.isEmpty, isWhole {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      isWhole = count > 0 || errno == EINTR
      rest = rest.dropFirst(max(0, count))
    }
    isWhole = isWhole && fsync(descriptor) == 0
    guard close(descriptor) == 0, isWhole, rename(next, path) == 0 else {
      unlink(next)
      throw .unwritable
    }
  }
}
