import ServiceHost

/// Which passwords are accepted: 10 characters at least, 72 bytes at most, and none of those that
/// are guessed first.
enum PasswordPolicy {
  static let charactersMin = 10
  static let bytesMax = 72

  /// What is wrong with a password, or nil.
  static func fault(of password: String) -> Problem.FieldError? {
    if password.count < charactersMin {
      return .init(
        field: "password", code: "too_short",
        message: "Le mot de passe doit avoir au moins \(charactersMin) caractères.")
    }
    if password.utf8.count > bytesMax {
      return .init(
        field: "password", code: "too_long",
        message: "Le mot de passe doit tenir en \(bytesMax) octets.")
    }
    if isCommon(password) {
      return .init(
        field: "password", code: "too_common",
        message: "Ce mot de passe est trop courant ; choisissez-en un autre.")
    }
    return nil
  }

  /// Words that open lists of leaked passwords, in the forms people give them to reach a length.
  private static let words: Set<String> = [
    "password", "motdepasse", "azerty", "azertyuiop", "qwerty", "qwertyuiop", "qwertz", "admin",
    "administrateur", "bonjour", "soleil", "doudou", "loulou", "chouchou", "marseille", "letmein",
    "welcome", "iloveyou", "jetaime", "monkey", "dragon", "football", "princesse", "princess",
    "sunshine", "superman", "batman", "starwars", "pokemon", "nicolas", "camille", "phoenix",
    "phoenixcare", "secret", "changeme", "changezmoi", "mdph", "passw0rd", "abcdefghij",
    "testtest", "test", "abc", "abcdef", "azertyuiopqsdfghjklm", "qsdfghjklm", "asdfghjkl",
    "wxcvbn", "zxcvbnm", "caramel", "chocolat", "toulouse", "paris", "france",
  ]

  private static func isCommon(_ password: String) -> Bool {
    let plain = password.lowercased()
    // One character or a short piece again and again: aaaaaaaaaa, azazazazaz, 1231231231.
    for length in 1...4 {
      let piece = Array(plain.prefix(length))
      if plain.enumerated().allSatisfy({ $0.element == piece[$0.offset % piece.count] }) {
        return true
      }
    }
    if isRun(plain) { return true }
    // A common word with digits and marks around it: Password123!, azerty2024.
    let core = plain.filter(\.isLetter)
    let rest = plain.filter { !$0.isLetter }
    if words.contains(core), rest.count <= 6 { return true }
    for word in words where word.count >= 5 {
      if core == word + word { return true }
    }
    return false
  }

  /// Digits or letters in a row, up or down: 1234567890, abcdefghij, 9876543210.
  private static func isRun(_ text: String) -> Bool {
    let codes = text.unicodeScalars.map { Int($0.value) }
    let steps = Set(zip(codes, codes.dropFirst()).map { $1 - $0 })
    return steps == [1] || steps == [-1] || steps.isSubset(of: [1, -9]) && steps.contains(1)
      || steps.isSubset(of: [-1, 9]) && steps.contains(-1)
  }
}
