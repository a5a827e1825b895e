package import ServiceHost

/// Which passwords are accepted: 10 characters at least, 72 bytes at most, and none of those that
/// are guessed first.
///
/// What is "common" is a rule, not a copy of a list of leaked passwords: one piece again and again,
/// a run along the alphabet, the digits or the keyboard, or a word of `CommonWords` (or the user's
/// own address) with little around it, letters replaced by look-alikes included.
package enum PasswordPolicy {
  package static let charactersMin = 10
  package static let bytesMax = 72
  /// Digits and marks around a common word that do not make it better: `2024!`, `123456`.
  private static let decorationMax = 6

  /// What is wrong with a password, or nil.
  /// - Parameters:
  ///   - email: whose it is to be; neither it nor its parts are accepted.
  ///   - field: the name of the field that it came in.
  package static func fault(
    of password: String, email: String? = nil, field: String = "password"
  ) -> Problem.FieldError? {
    if password.count < charactersMin {
      return .init(
        field: field, code: "too_short",
        message: "Le mot de passe doit avoir au moins \(charactersMin) caractères.")
    }
    if password.utf8.count > bytesMax {
      return .init(
        field: field, code: "too_long",
        message: "Le mot de passe doit tenir en \(bytesMax) octets.")
    }
    if isCommon(password, email: email) {
      return .init(
        field: field, code: "too_common",
        message: "Ce mot de passe est trop courant ; choisissez-en un autre.")
    }
    return nil
  }

  private static func isCommon(_ password: String, email: String?) -> Bool {
    let plain = password.lowercased()
    if isRepetition(plain) || isRun(plain) { return true }
    var words = CommonWords.all
    if let email {
      words.insert(email)
      words.formUnion(email.split { !$0.isLetter }.filter { $0.count >= 4 }.map(String.init))
      words.insert(email.prefix { $0 != "@" }.filter(\.isLetter))
    }
    if isDecorated(plain, words) { return true }
    // A digit at either end is a letter's look-alike or an addition: $oleil12345, P@ssw0rd123.
    var end = plain[...]
    while let last = end.last, !last.isLetter { end = end.dropLast() }
    return [plain[...], end, end.drop { !$0.isLetter }].contains { core in
      plain.count - core.count <= decorationMax && isDecorated(String(core.map(unmask)), words)
    }
  }

  /// A short piece again and again: aaaaaaaaaa, azazazazaz, 1231231231.
  private static func isRepetition(_ text: String) -> Bool {
    let characters = Array(text)
    return (1...4).contains { length in
      characters.indices.allSatisfy { characters[$0] == characters[$0 % length] }
    }
  }

  /// Digits or letters in a row, up or down: 1234567890, abcdefghij, 9876543210.
  private static func isRun(_ text: String) -> Bool {
    let codes = text.unicodeScalars.map { Int($0.value) }
    let steps = Set(zip(codes, codes.dropFirst()).map { $1 - $0 })
    return (steps.isSubset(of: [1, -9]) && steps.contains(1))
      || (steps.isSubset(of: [-1, 9]) && steps.contains(-1))
  }

  /// A common word, once or twice, with little around it: Password123!, azerty2024, soleilsoleil.
  private static func isDecorated(_ text: String, _ words: Set<String>) -> Bool {
    if words.contains(text) { return true }
    let letters = text.filter(\.isLetter)
    guard !letters.isEmpty, text.count - letters.count <= decorationMax else { return false }
    if words.contains(letters) { return true }
    let half = letters.prefix(letters.count / 2)
    return letters.count.isMultiple(of: 2) && letters == half + half && words.contains(String(half))
  }

  /// The letter that a look-alike stands for.
  private static func unmask(_ character: Character) -> Character {
    switch character {
    case "@", "4", "à", "â": "a"
    case "3", "€", "é", "è", "ê": "e"
    case "1", "!", "î", "ï": "i"
    case "0", "ô": "o"
    case "5", "$": "s"
    case "7": "t"
    case "ç": "c"
    default: character
    }
  }
}
