import Compression
import Testing

@Suite struct ZipWriterTests {
  /// Reads a number, the low byte first.
  private func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
  }

  /// The entries of an archive as its directory tells them, unpacked by way of gzip, whose decoder
  /// checks size and CRC.
  private func read(_ archive: [UInt8]) throws -> [(name: String, bytes: [UInt8])] {
    let end = archive.count - 22
    #expect(number(archive, end, 4) == 0x0605_4b50)
    let count = number(archive, end + 10, 2)
    var at = number(archive, end + 16, 4)
    #expect(at + number(archive, end + 12, 4) == end)
    var entries: [(String, [UInt8])] = []
    for _ in 0..<count {
      #expect(number(archive, at, 4) == 0x0201_4b50)
      // UTF-8 names, sizes behind the data; deflated.
      #expect(number(archive, at + 8, 2) == 0x0808 && number(archive, at + 10, 2) == 8)
      let (compressed, size) = (number(archive, at + 20, 4), number(archive, at + 24, 4))
      let length = number(archive, at + 28, 2)
      let name = Array(archive[at + 46..<at + 46 + length])
      let local = number(archive, at + 42, 4)
      #expect(number(archive, local, 4) == 0x0403_4b50)
      #expect(Array(archive[local + 30..<local + 30 + length]) == name)
      let start = local + 30 + length
      let descriptor = start + compressed
      #expect(number(archive, descriptor, 4) == 0x0807_4b50)
      // Checksum and sizes stand in both places.
      #expect(archive[descriptor + 4..<descriptor + 16] == archive[at + 16..<at + 28])
      let gzip: [UInt8] =
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + archive[start..<descriptor]
        + archive[at + 16..<at + 20] + archive[at + 24..<at + 28]
      entries.append(
        (String(decoding: name, as: UTF8.self), try GzipDecoder.decompress(gzip, limit: size)))
      at += 46 + length
    }
    return entries
  }

  @Test func everyEntryComesBackWhole() throws {
    let noise = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let files: [(String, [UInt8])] = [
      ("vide.json", []), ("documents/é.pdf", noise), ("texte", Array("bonjour".utf8)),
    ]
    var zip = ZipWriter(level: 3, year: 2026, month: 11, day: 22)
    var archive: [UInt8] = []
    for (name, bytes) in files {
      archive += try zip.begin(name)
      var rest = bytes[...]
      repeat {
        archive += try zip.write(Array(rest.prefix(70_000)))
        rest = rest.dropFirst(70_000)
      } while !rest.isEmpty
      archive += try zip.end()
    }
    archive += try zip.finish()
    let read = try read(archive)
    #expect(read.map(\.name) == files.map(\.0))
    for (index, file) in files.enumerated() { #expect(read[index].bytes == file.1) }
  }

  @Test func anEmptyArchiveIsOne() throws {
    var zip = ZipWriter(year: 2026, month: 1, day: 1)
    let archive = try zip.finish()
    #expect(try read(archive).isEmpty && archive.count == 22)
  }

  @Test func refusesStepsOutOfOrder() throws {
    var zip = ZipWriter(year: 2026, month: 1, day: 1)
    #expect(throws: CompressionError(code: .streamBroken)) { try zip.write([1]) }
    #expect(throws: CompressionError(code: .streamBroken)) { try zip.end() }
    _ = try zip.begin("a")
    #expect(throws: CompressionError(code: .streamBroken)) { try zip.begin("b") }
    #expect(throws: CompressionError(code: .streamBroken)) { try zip.finish() }
    _ = try zip.end()
    _ = try zip.finish()
    #expect(throws: CompressionError(code: .streamBroken)) { try zip.begin("c") }
    #expect(throws: CompressionError(code: .streamBroken)) { try zip.finish() }
  }
}
