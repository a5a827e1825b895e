import ServiceHost

/// What somebody who signs up may say of themselves: normalised, and checked before anybody is
/// asked.
struct NewAccount: Sendable {
  let email: EmailAddress
  /// NFC.
  let password: String
  let name: String?
  /// By purpose.
  let consents: [String: Bool]

  /// - Throws: `invalid` with every fault, or `weakPassword`.
  init(
    email: String, password: String, name: String?, consents: [String: Bool]
  ) throws(IdentityError) {
    let password = password.precomposed
    self.name = try Self.displayName(name)
    let weakness = PasswordPolicy.fault(of: password, email: email.lowercased())
    guard let address = EmailAddress(email) else {
      throw .invalid([Self.invalidEmail] + [weakness].compactMap { $0 })
    }
    if let weakness { throw .weakPassword(weakness) }
    self.email = address
    self.password = password
    self.consents = consents
  }

  static let invalidEmail = Problem.FieldError(
    field: "email", code: "invalid_email", message: "Adresse électronique invalide.")

  /// `{"gemini":true}`.
  static func json(_ consents: [String: Bool]) -> JSONText {
    var json = JSONText()
    json.object {
      for (purpose, isGiven) in consents.sorted(by: { $0.key < $1.key }) {
        $0.member(purpose, isGiven)
      }
    }
    return json
  }

  /// NFC, without white space around; nil where nothing is left.
  private static func displayName(_ name: String?) throws(IdentityError) -> String? {
    guard let name else { return nil }
    guard let text = tidied(name) else {
      throw .invalid([.init(field: "name", code: "invalid_name", message: "Nom invalide.")])
    }
    return text.isEmpty ? nil : text
  }

  /// A name as it is kept; nil where it is too long, or holds what cannot be shown.
  static func tidied(_ name: String) -> String? {
    var text = name.precomposed[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    // Counted as PostgreSQL counts; a control character is NUL at worst, which it cannot hold.
    guard text.unicodeScalars.count <= 200,
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    return String(text)
  }
}
