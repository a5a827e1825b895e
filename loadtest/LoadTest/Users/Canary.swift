/// A word that belongs to one user alone: whoever else reads it reads another's rows.
///
/// `canari`, eight digits of the run, `n`, the user's number, `f`: letters and digits only, so that
/// no encoding on the way changes it.
package struct Canary: Sendable, Equatable {
  static let mark: StaticString = "canari"
  private static let runDigits = 8

  package let word: String

  /// - Parameter run: eight hexadecimal digits.
  package init(run: String, number: Int) { word = "canari\(run)n\(number)f" }

  /// What a body holds of canaries.
  package struct Sighting: Sendable, Equatable {
    package var own = 0
    package var foreign = 0
    /// The first that is not the user's own.
    package var firstForeign: String?
  }

  /// Looks for canaries; every one that is not `own` is foreign, those of earlier runs too.
  package static func look(in body: [UInt8], own: Canary?) -> Sighting {
    var sighting = Sighting()
    body.withUnsafeBytes { bytes in
      var place = 0
      while let found = ByteSearch.find(mark, in: bytes, from: place) {
        let start = found + mark.utf8CodeUnitCount
        place = start
        guard let end = end(of: bytes, from: start) else { continue }
        place = end
        let word = String(decoding: bytes[found..<end], as: UTF8.self)
        if word == own?.word {
          sighting.own += 1
        } else {
          sighting.foreign += 1
          if sighting.firstForeign == nil { sighting.firstForeign = word }
        }
      }
    }
    return sighting
  }

  /// The end of a canary whose mark ends at `start`; nil where the word is none.
  private static func end(of bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var index = start
    while index < bytes.count, index - start < runDigits, isHexadecimal(bytes[index]) { index += 1 }
    guard index - start == runDigits, index < bytes.count, bytes[index] == 0x6e else { return nil }
    index += 1
    let digits = index
    while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
    guard index > digits, index < bytes.count, bytes[index] == 0x66 else { return nil }
    return index + 1
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)
  }
}

/// How often canaries were planted and seen again.
package struct CanaryTally: Sendable, Equatable {
  /// Requests that carried the user's canary into the product.
  package var planted = 0
  /// Answers that were searched, and those too long to be searched whole.
  package var searched = 0
  package var cut = 0
  /// Sightings of the reader's own canary: the proof that looking works.
  package var own = 0
  package var foreign = 0
  /// The first few that were foreign: who saw which, and where.
  package var examples: [String] = []

  package init() {}

  static let examplesMax = 5

  mutating func add(_ other: CanaryTally) {
    planted += other.planted
    searched += other.searched
    cut += other.cut
    own += other.own
    foreign += other.foreign
    examples = Array((examples + other.examples).prefix(Self.examplesMax))
  }
}
