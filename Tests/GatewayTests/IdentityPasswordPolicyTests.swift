import Gateway
import ServiceHost
import Testing

@Suite struct PasswordPolicyTests {
  @Test(arguments: [
    "un vrai mot de passe", "trombone agrafe cheval", "Tr0ub4dor&3x", "K9#mQ2$vLp",
    "le chat dort au grenier", "été comme hiver 12", "🦊🐻🐼🦁🐯🐨🐷🐸🐵🐔", "Vz8rT-2kQw-9nLx",
    String(repeating: "aB3$éx", count: 10),
  ]) func acceptsWhatIsHardToGuess(password: String) {
    #expect(PasswordPolicy.fault(of: password) == nil)
  }

  @Test(arguments: [
    ("", "too_short"), ("a1B2c3D4e", "too_short"), ("éééééééé", "too_short"),
    (String(repeating: "aB3$", count: 18) + "x", "too_long"),
    (String(repeating: "é1à2", count: 13), "too_long"),
    ("password123", "too_common"), ("Password123!", "too_common"), ("P@ssw0rd123", "too_common"),
    ("motdepasse", "too_common"), ("MotDePasse2024!", "too_common"), ("azertyuiop", "too_common"),
    ("azerty12345", "too_common"), ("qwertyuiop", "too_common"), ("1234567890", "too_common"),
    ("9876543210", "too_common"), ("abcdefghij", "too_common"), ("aaaaaaaaaa", "too_common"),
    ("azazazazaz", "too_common"), ("1231231231", "too_common"), ("soleilsoleil", "too_common"),
    ("2024marseille", "too_common"), ("phoenixcare1", "too_common"), ("!!iloveyou!!", "too_common"),
    ("correct horse battery staple", "too_common"), ("$oleil12345", "too_common"),
    ("P4ssw0rd!2024", "too_common"), ("          ", "too_common"),
  ]) func refusesWhatIsGuessedFirst(password: String, code: String) {
    #expect(PasswordPolicy.fault(of: password)?.code == code)
  }

  @Test func refusesTheUsersOwnAddress() {
    let email = "camille-durand@exemple.fr"
    for password in [email, "camilledurand", "Durand123456", "Camille-Durand1"] {
      #expect(PasswordPolicy.fault(of: password, email: email)?.code == "too_common")
    }
    #expect(PasswordPolicy.fault(of: "durand et ses amis", email: email) == nil)
  }

  @Test func namesTheFieldAndSpeaksFrench() {
    let fault = PasswordPolicy.fault(of: "court", field: "new")
    #expect(fault?.field == "new")
    #expect(fault?.message == "Le mot de passe doit avoir au moins 10 caractères.")
  }
}
