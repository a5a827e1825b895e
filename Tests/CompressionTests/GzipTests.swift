import Compression
import Testing

@Suite struct GzipTests {
  /// Text that compresses, then bytes that do not.
  private func sample(_ count: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<count).map { index in
      state = state &* 1_664_525 &+ 1_013_904_223
      return index < count / 2 ? UInt8(index / 7 % 26) + 97 : UInt8(state >> 24)
    }
  }

  @Test(arguments: [0, 1, 100, 32_767, 32_768, 32_769, 200_000])
  func comesBackWhole(count: Int) throws {
    let bytes = sample(count)
    let packed = try GzipEncoder.compress(bytes)
    #expect(packed.prefix(3) == [0x1f, 0x8b, 8])
    #expect(try GzipDecoder.decompress(packed, limit: count) == bytes)
  }

  @Test func aPieceAtATimeComesBackWhole() throws {
    let bytes = sample(150_000)
    var encoder = try GzipEncoder(level: 1)
    var packed: [UInt8] = []
    var offset = 0
    for size in [0, 1, 7, 40_000, 0, 65_536, 44_456] {
      packed += try encoder.write(Array(bytes[offset..<(offset + size)]))
      offset += size
    }
    #expect(offset == bytes.count)
    packed += try encoder.finish()
    #expect(try GzipDecoder.decompress(packed, limit: 200_000) == bytes)
  }

  @Test func textGetsSmaller() throws {
    let text = Array(String(repeating: "phoenix_http_requests_total 1\n", count: 1000).utf8)
    #expect(try GzipEncoder.compress(text).count < text.count / 20)
  }

  /// Made with the gzip tool: `printf 'Été\n' | gzip -n`.
  @Test func readsTheOutputOfAnotherProgram() throws {
    let packed: [UInt8] = [
      0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x3b, 0xdc, 0x59, 0x72, 0x78, 0x25, 0x17, 0, 0x36, 0xee,
      0xec, 0x72, 6, 0, 0, 0,
    ]
    #expect(try GzipDecoder.decompress(packed, limit: 100) == Array("Été\n".utf8))
  }

  @Test func severalMembersFollowOneAnother() throws {
    let packed =
      try GzipEncoder.compress(Array("one ".utf8)) + GzipEncoder.compress([])
      + GzipEncoder.compress(Array("two".utf8))
    #expect(try GzipDecoder.decompress(packed, limit: 7) == Array("one two".utf8))
    #expect(throws: CompressionError(code: .tooLarge)) {
      try GzipDecoder.decompress(packed, limit: 6)
    }
  }

  @Test func aBombStopsAtTheLimit() throws {
    let bomb = try GzipEncoder.compress([UInt8](repeating: 0, count: 20_000_000))
    #expect(bomb.count < 30_000)
    for limit in [0, 1, 65_536, 19_999_999] {
      #expect(throws: CompressionError(code: .tooLarge)) {
        try GzipDecoder.decompress(bomb, limit: limit)
      }
    }
    #expect(try GzipDecoder.decompress(bomb, limit: 20_000_000).count == 20_000_000)
  }

  @Test func everyCutIsToldApartFromAnEnd() throws {
    let packed = try GzipEncoder.compress(sample(500))
    for count in packed.indices {
      #expect(throws: CompressionError(code: .truncated)) {
        try GzipDecoder.decompress(Array(packed[..<count]), limit: 1000)
      }
    }
  }

  @Test func changedBytesAreFound() throws {
    let bytes = sample(500)
    let packed = try GzipEncoder.compress(bytes)
    // After the header, which holds a time and a system that say nothing of the contents.
    for index in 10..<packed.count {
      var changed = packed
      changed[index] ^= 0x55
      #expect(throws: CompressionError.self) {
        try GzipDecoder.decompress(changed, limit: 100_000)
      }
    }
    #expect(throws: CompressionError(code: .streamBroken)) {
      try GzipDecoder.decompress(packed + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], limit: 1000)
    }
  }

  @Test func nothingCanBeWrittenAfterTheEnd() throws {
    var encoder = try GzipEncoder()
    _ = try encoder.write([1, 2, 3])
    _ = try encoder.finish()
    var errors = 0
    do { _ = try encoder.write([4]) } catch { errors += error.code == .streamBroken ? 1 : 0 }
    do { _ = try encoder.finish() } catch { errors += error.code == .streamBroken ? 1 : 0 }
    #expect(errors == 2)
  }

  @Test(arguments: [-5, 0, 10, 99] as [Int32]) func anyLevelWorks(level: Int32) throws {
    let packed = try GzipEncoder.compress(sample(100), level: level)
    #expect(try GzipDecoder.decompress(packed, limit: 100) == sample(100))
  }
}
