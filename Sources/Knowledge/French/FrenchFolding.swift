import Foundation

/// Case, accents, ligatures, apostrophes and white space, in one pass where the text is Latin-1.
enum FrenchFolding {
  static func fold(_ text: String) -> String {
    // Beyond Latin-1 marks may stand alone (NFD) or on letters of any alphabet: decompose, drop the
    // Latin marks, compose what is left. Foundation alone knows canonical composition.
    let isSimple = text.unicodeScalars.allSatisfy { $0.value < 0x100 || isPunctuation($0) }
    let source =
      isSimple
      ? text
      : String(
        String.UnicodeScalarView(
          text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            !(0x300...0x36F).contains($0.value)
          })
      ).precomposedStringWithCanonicalMapping
    var folded = String.UnicodeScalarView()
    var gap = false
    for scalar in source.unicodeScalars {
      if isSpace(scalar) {
        gap = !folded.isEmpty
        continue
      }
      guard !isInvisible(scalar) else { continue }
      if gap { folded.append(" ") }
      gap = false
      append(scalar, to: &folded)
    }
    return String(folded)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80
      ? scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
      : scalar.properties.isWhitespace
  }

  private static func append(_ scalar: Unicode.Scalar, to folded: inout String.UnicodeScalarView) {
    switch scalar.value {
    case 0x41...0x5A: folded.append(Unicode.Scalar(UInt8(scalar.value + 32)))
    case 0x2018, 0x2019, 0x201B, 0x2BC, 0x2032, 0xB4, 0x60, 0xFF07: folded.append("'")
    case 0..<0x80: folded.append(scalar)
    case 0xC0...0xC5, 0xE0...0xE5: folded.append("a")
    case 0xC6, 0xE6: folded.append(contentsOf: "ae".unicodeScalars)
    case 0xC7, 0xE7: folded.append("c")
    case 0xC8...0xCB, 0xE8...0xEB: folded.append("e")
    case 0xCC...0xCF, 0xEC...0xEF: folded.append("i")
    case 0xD1, 0xF1: folded.append("n")
    case 0xD2...0xD6, 0xF2...0xF6: folded.append("o")
    case 0xD9...0xDC, 0xF9...0xFC: folded.append("u")
    case 0xDD, 0xFD, 0xFF: folded.append("y")
    case 0x152, 0x153: folded.append(contentsOf: "oe".unicodeScalars)
    default: folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
  }

  /// Signs beyond Latin-1 that French text is full of and that need no composition.
  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x152, 0x153, 0x2000...0x206F, 0x20AC, 0x2BC: true
    default: false
    }
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x200B, 0x2060, 0xFEFF: true
    default: false
    }
  }
}
