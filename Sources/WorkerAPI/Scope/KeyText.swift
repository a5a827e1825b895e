import Knowledge

/// A message as its cache key takes it: what cannot change the answer is taken away.
///
/// Quotes and the marks between words go here; case, accents, ligatures, apostrophes, spaces and
/// the politeness at the end go in `FrenchText`. A mark within a word or a number stays: `1,5` is
/// not `15`, and `A.A.H.` keeps its points.
enum KeyText {
  /// What a scalar may be beside its neighbours.
  private enum Kind {
    case other
    case space
    /// Goes wherever it stands.
    case quote
    /// Goes where nothing of a word follows.
    case mark
    /// Goes where a word begins or ends; after a number it is a unit.
    case apostrophe
    /// Goes where it stands alone.
    case dash

    var isBreak: Bool { self == .space || self == .quote || self == .mark }
  }

  static func normalise(_ message: String) -> String {
    FrenchText.cacheNormalised(withoutMarks(message))
  }

  // Scalars, not characters: the gateway does this for every question.
  private static func withoutMarks(_ message: String) -> String {
    let scalars = Array(message.unicodeScalars)
    var kept = String.UnicodeScalarView()
    var hasContent = false
    var before = Kind.space
    for (index, scalar) in scalars.enumerated() {
      let kind = kind(scalar)
      let after = index + 1 < scalars.count ? self.kind(scalars[index + 1]) : .space
      let isDropped =
        switch kind {
        case .other, .space: false
        case .quote: true
        case .mark: after.isBreak
        case .apostrophe:
          before.isBreak || index + 1 == scalars.count
            || after.isBreak && index > 0 && !isDigit(scalars[index - 1])
        case .dash: before.isBreak && after.isBreak
        }
      kept.append(isDropped ? " " : scalar)
      if !isDropped, kind != .space { hasContent = true }
      before = kind
    }
    // A message of marks alone is a message too.
    return hasContent ? String(kept) : message
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    (0x30...0x39).contains(scalar.value)
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": .other
    case " ", "\t", "\n", "\r", "\u{A0}", "\u{202F}", "\u{2009}": .space
    case "\"", "«", "»", "“", "”", "„", "‟", "‹", "›", "`", "*", "_", "(", "[", "¿", "¡": .quote
    case ",", ";", ":", ".", "!", "?", "…", ")", "]": .mark
    case "'", "’", "‘", "‚": .apostrophe
    case "-", "–", "—", "•": .dash
    default: .other
    }
  }
}
