/// Finds what in a message may point at a person, so that its answer is not shared.
///
/// A cache shared by all families must never serve one family's words to another. The detector errs
/// towards silence: a capitalised word that it does not know counts as a name, since a wrong
/// "personal" costs one generation and a wrong "public" costs trust. Amounts, ages, shares, names
/// of aids, organisms, laws and forms are not personal.
///
/// ```swift
/// PersonalDataDetector.firstFinding(in: "Quel est le montant de l'AAH ?")      // nil
/// PersonalDataDetector.firstFinding(in: "mon fils lucas a-t-il droit à l'AEEH ?")  // .person
/// ```
///
/// It reads the message as written, before normalisation: case and punctuation carry the evidence.
/// Work is linear in the length of the message. It keeps nothing.
package enum PersonalDataDetector {
  /// What was found; tests and counts need no more than the kind.
  package enum Finding: Sendable, Hashable, CaseIterable {
    /// A name, or a word that may be one.
    case person
    /// A date of birth, or any whole calendar date that is not a law's.
    case birthDate
    /// A street or a postcode.
    case address
    /// A file, phone, social security, bank or other long number.
    case number
    /// A mail address or an account.
    case mail
    /// A link, which may carry any of these.
    case link
  }

  /// The first finding, or nil where the message may be answered for everybody.
  package static func firstFinding(in message: String) -> Finding? {
    if let finding = sign(in: message) { return finding }
    let words = MessageWord.split(message)
    if let finding = NumberEvidence(words).firstFinding { return finding }
    if StreetEvidence(words).isFound { return .address }
    if NameEvidence(words).isFound { return .person }
    for word in words where word.kinds.isEmpty {
      if word.folded == "arobase" { return .mail }
      if word.folded == "www" { return .link }
    }
    return nil
  }

  /// `@` and `://` need no words.
  private static func sign(in message: String) -> Finding? {
    var slashes = 0
    for byte in message.utf8 {
      switch byte {
      case UInt8(ascii: "@"): return .mail
      case UInt8(ascii: ":"): slashes = 1
      case UInt8(ascii: "/") where slashes > 0:
        slashes += 1
        if slashes == 3 { return .link }
      default: slashes = 0
      }
    }
    return nil
  }
}
