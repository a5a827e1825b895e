import JSONLogging
import ServiceHost

/// What Supabase Auth answers to a sign-in: a pair of tokens and the user they are of.
struct TokenPair: Sendable {
  let accessToken: Secret<String>
  let refreshToken: Secret<String>
  /// UUID, lower-case.
  let userID: String
  let email: String
  /// What the user said of themselves; theirs to write, so never a reason to allow anything.
  let name: String?
  let consents: [String: Bool]

  /// Nil where the answer holds no session, as after a sign-up whose address is to be confirmed.
  /// - Throws: where what it holds cannot be handed on.
  init?(_ json: JSONValue) throws(IdentityError) {
    guard let access = json["access_token"]?.string else { return nil }
    guard let refresh = json["refresh_token"]?.string, let user = json["user"],
      let id = user["id"]?.string, let email = user["email"]?.string, !email.isEmpty
    else { throw .unavailable(detail: "supabase auth: a session without its user") }
    // They go into header fields.
    guard Self.isToken(access), Self.isToken(refresh) else {
      throw .unavailable(detail: "supabase auth: a token with strange characters")
    }
    accessToken = Secret(access)
    refreshToken = Secret(refresh)
    userID = id.lowercased()
    self.email = email
    let said = user["user_metadata"]
    name = said?["name"]?.string.flatMap { NewAccount.tidied($0) }.flatMap {
      $0.isEmpty ? nil : $0
    }
    consents = said?["consents"]?["gemini"]?.bool.map { ["gemini": $0] } ?? [:]
  }

  /// Letters, digits and the marks of Base64, URLs and JWTs; not longer than a cookie.
  static func isToken(_ text: String) -> Bool {
    (1...4000).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
          UInt8(ascii: "="):
          true
        default: false
        }
      }
  }
}
