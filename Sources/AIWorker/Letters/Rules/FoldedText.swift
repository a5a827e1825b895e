/// A text beside its plain form: one lower-case ASCII letter for each of its characters, so that a
/// place in the one is the same place in the other.
///
/// Patterns are matched in the plain form; what is shown is cut out of the text as printed.
struct FoldedText: Sendable {
  /// As printed.
  let characters: [Character]
  /// As matched: as many ASCII characters.
  let plain: String

  init(_ text: some StringProtocol) { self.init(Array(text)) }

  private init(_ characters: [Character]) {
    self.characters = characters
    var plain = ""
    plain.reserveCapacity(characters.count)
    for character in characters { plain.unicodeScalars.append(Self.fold(character)) }
    self.plain = plain
  }

  /// The same with other places blank: read, but not believed.
  func blanking(_ places: [Range<Int>]) -> FoldedText {
    guard !places.isEmpty else { return self }
    var characters = characters
    for range in places { for place in range { characters[place] = " " } }
    return FoldedText(characters)
  }

  /// Where a word of plain letters stands; much faster than a search by characters.
  static func occurrences(of word: String, in bytes: [UInt8]) -> [Range<Int>] {
    let word = Array(word.utf8)
    guard let first = word.first, bytes.count >= word.count else { return [] }
    var found: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { bytes in
      var at = 0
      while at + word.count <= bytes.count {
        if bytes[at] == first, (1..<word.count).allSatisfy({ bytes[at + $0] == word[$0] }) {
          found.append(at..<at + word.count)
          at += word.count
        } else {
          at += 1
        }
      }
    }
    return found
  }

  /// A plain text on one line, with single spaces, and where each of its bytes stands in it; one
  /// place more for its end.
  static func flat(_ plain: String) -> (text: String, places: [Int]) {
    var bytes: [UInt8] = []
    var places: [Int] = []
    for (place, byte) in plain.utf8.enumerated() {
      let isSpace = byte == 0x20 || byte == 0x0A || byte == 0x09
      if isSpace, bytes.last == 0x20 { continue }
      bytes.append(isSpace ? 0x20 : byte)
      places.append(place)
    }
    places.append(plain.utf8.count)
    return (String(decoding: bytes, as: UTF8.self), places)
  }

  /// Whether a byte is part of a word.
  static func isWordByte(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }

  /// A range of the plain text as places.
  func offsets(_ range: Range<String.Index>) -> Range<Int> {
    // All of it is ASCII, so places are UTF-8 offsets.
    let utf8 = plain.utf8
    let start = utf8.distance(from: utf8.startIndex, to: range.lowerBound)
    return start..<start + utf8.distance(from: range.lowerBound, to: range.upperBound)
  }

  /// The plain text of places, cut at the ends.
  func plain(_ places: Range<Int>) -> Substring {
    let utf8 = plain.utf8
    let places = places.clamped(to: 0..<characters.count)
    return plain[
      utf8.index(
        utf8.startIndex, offsetBy: places.lowerBound)..<utf8.index(
          utf8.startIndex, offsetBy: places.upperBound)]
  }

  private static let letters: [Character: Unicode.Scalar] = {
    var letters: [Character: Unicode.Scalar] = [:]
    for (plain, accented) in [
      ("a", "àâäáãåæ"), ("c", "ç"), ("e", "éèêë"), ("i", "îïíì"), ("n", "ñ"), ("o", "ôöóòõœ"),
      ("u", "ùûüú"), ("y", "ÿý"),
      ("'", "’‘ʼ´`"), ("\"", "“”«»„"), ("-", "–—‑−‐•·"), (" ", "\u{A0}\u{202F}\u{2009}\u{2007}"),
    ] {
      for character in accented { letters[character] = plain.unicodeScalars.first }
    }
    letters["º"] = "°"
    return letters
  }()

  private static func fold(_ character: Character) -> Unicode.Scalar {
    if character == "\r\n" { return "\n" }
    let scalars = character.unicodeScalars
    if let first = scalars.first, scalars.count == 1, first.isASCII {
      return first.properties.isUppercase
        ? Unicode.Scalar(UInt8(first.value) + 32) : first
    }
    if character == "€" { return "$" }
    if character == "°" || character == "º" { return "~" }
    if character == "≥" { return ">" }
    let lower = Character(String(character).lowercased().first.map(String.init) ?? "?")
    if let known = letters[lower] { return known.isASCII ? known : "~" }
    // A letter with its accent apart.
    if let first = lower.unicodeScalars.first, first.isASCII { return first }
    return "?"
  }
}
