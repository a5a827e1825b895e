/// The text of a letter as a witness: whether words stand in it.
///
/// Only letters and digits count, without case and accents. In text that was recognised from an
/// image some letters may be others; a digit may only be a letter that looks like it, never another
/// digit: then a sum or a day would be another one.
package struct PrintedText: Sendable {
  private let texts: [[UInt8]]
  private let isRecognised: Bool
  /// Letters and digits that a quotation must have to say anything.
  private static let lettersMin = 4
  /// Of the letters of a recognised text, one in so many may be another.
  private static let differentOneIn = 6

  /// - Parameter texts: readings of the same letter; words may stand in any of them.
  package init(_ texts: [String], isRecognised: Bool) {
    self.init(texts.map { FoldedText($0) }, isRecognised: isRecognised)
  }

  init(_ texts: [FoldedText], isRecognised: Bool) {
    self.texts = texts.map { Self.letters($0) }
    self.isRecognised = isRecognised
  }

  /// Whether the letter holds these words.
  package func holds(_ quote: String) -> Bool {
    let words = Self.letters(FoldedText(quote))
    guard words.count >= Self.lettersMin else { return false }
    let allowed = isRecognised ? words.count / Self.differentOneIn : 0
    return texts.contains { text in
      Self.contains(words, in: text) || (isRecognised && Self.nearest(words, in: text) <= allowed)
    }
  }

  /// Whether two numbers are the same but for letters that recognition takes for digits.
  package static func looksAlike(_ left: String, _ right: String) -> Bool {
    let (left, right) = (letters(FoldedText(left)), letters(FoldedText(right)))
    return left.count == right.count
      && zip(left, right).allSatisfy { $0 == $1 || isConfused($0, $1) }
  }

  private static func letters(_ text: FoldedText) -> [UInt8] {
    text.plain.utf8.filter { FoldedText.isWordByte($0) }
  }

  private static func contains(_ words: [UInt8], in text: [UInt8]) -> Bool {
    guard text.count >= words.count else { return false }
    return (0...text.count - words.count).contains { start in
      text[start] == words[0] && text[start...].starts(with: words)
    }
  }

  /// The fewest letters that differ between the words and any part of the text: Sellers' search.
  private static func nearest(_ words: [UInt8], in text: [UInt8]) -> Int {
    let never = words.count + 1
    // Losing a digit, or gaining one, is as wrong as changing it.
    let losses = words.map { isDigit($0) ? never : 1 }
    var column = [0]
    for loss in losses { column.append(min(never, (column.last ?? 0) + loss)) }
    var best = column[words.count]
    for letter in text {
      let gain = isDigit(letter) ? never : 1
      var diagonal = column[0]
      for (row, word) in words.enumerated() {
        let change =
          word == letter
          ? 0 : isConfused(word, letter) ? 1 : isDigit(word) || isDigit(letter) ? never : 1
        let least = min(diagonal + change, column[row + 1] + gain, column[row] + losses[row])
        diagonal = column[row + 1]
        column[row + 1] = min(never, least)
      }
      best = min(best, column[words.count])
    }
    return best
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// A digit and a letter that looks like it.
  private static func isConfused(_ left: UInt8, _ right: UInt8) -> Bool {
    let (digit, letter) = isDigit(left) ? (left, right) : (right, left)
    return switch (digit, letter) {
    case (0x30, UInt8(ascii: "o")), (0x30, UInt8(ascii: "d")), (0x30, UInt8(ascii: "q")),
      (0x31, UInt8(ascii: "l")), (0x31, UInt8(ascii: "i")), (0x31, UInt8(ascii: "t")),
      (0x32, UInt8(ascii: "z")), (0x35, UInt8(ascii: "s")), (0x36, UInt8(ascii: "b")),
      (0x38, UInt8(ascii: "b")), (0x39, UInt8(ascii: "g")):
      true
    default: false
    }
  }
}
