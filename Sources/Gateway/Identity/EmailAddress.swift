/// An e-mail address as accounts are kept by: lower-case, NFC, without white space around, of the
/// common shape. Whether it exists only a mail would tell.
package struct EmailAddress: Sendable, Hashable {
  /// 254 bytes at most (RFC 5321, section 4.5.3.1.3, less the angle brackets).
  package static let bytesMax = 254

  /// The normalised address.
  package let text: String

  /// Nil for what no mail could be sent to.
  package init?(_ raw: String) {
    // Lower-casing may take a text out of NFC.
    var trimmed = raw.lowercased().precomposed[...]
    while trimmed.first?.isWhitespace == true { trimmed = trimmed.dropFirst() }
    while trimmed.last?.isWhitespace == true { trimmed = trimmed.dropLast() }
    let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, trimmed.utf8.count <= Self.bytesMax,
      (1...64).contains(parts[0].utf8.count), parts[0].unicodeScalars.allSatisfy(Self.isLocal),
      Self.isDomain(parts[1])
    else { return nil }
    text = String(trimmed)
  }

  /// Quoted and commented local parts are refused: nobody has one, and they hide header injections.
  private static func isLocal(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.properties.isWhitespace && !#""(),:;<>[\]"#.unicodeScalars.contains(scalar)
      && !isControl(scalar)
  }

  private static func isDomain(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.unicodeScalars.allSatisfy {
            $0 == "-" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
              || $0.properties.generalCategory == .nonspacingMark
          }
      }
  }

  /// NUL and other invisible characters, which would make two addresses look alike.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
