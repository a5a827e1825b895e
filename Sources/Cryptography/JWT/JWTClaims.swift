/// What a token says of its bearer (RFC 7519, section 4): the claims that are required, and those
/// of Supabase's and our own sessions.
package struct JWTClaims: Sendable, Equatable {
  /// `iss`: who made the token.
  package var issuer: String
  /// `aud`: whom it is for; one or several.
  package var audience: [String]
  /// `sub`: whose it is.
  package var subject: String
  /// `exp`: seconds since 1970 from which it is not accepted.
  package var expiresAt: Int64
  /// `iat`: seconds since 1970.
  package var issuedAt: Int64?
  /// `role`: the database role.
  package var role: String?
  /// `session_id`.
  package var sessionID: String?
  /// `email`.
  package var email: String?

  /// Claims to sign, or to compare with.
  package init(
    issuer: String, audience: [String], subject: String, expiresAt: Int64, issuedAt: Int64? = nil,
    role: String? = nil, sessionID: String? = nil, email: String? = nil
  ) {
    self.issuer = issuer
    self.audience = audience
    self.subject = subject
    self.expiresAt = expiresAt
    self.issuedAt = issuedAt
    self.role = role
    self.sessionID = sessionID
    self.email = email
  }
}

/// The claims as JSON has them, before anything is required of them.
struct JWTPayload: Codable {
  /// `aud`: a string or an array of them.
  enum Audience: Codable {
    case one(String)
    case several([String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) {
        self = .one(one)
      } else {
        self = .several(try container.decode([String].self))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .one(let one): try container.encode(one)
      case .several(let several): try container.encode(several)
      }
    }

    var list: [String] {
      switch self {
      case .one(let one): [one]
      case .several(let several): several
      }
    }
  }

  /// NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519, section 2).
  struct Seconds: Codable {
    let value: Int64

    init(_ value: Int64) { self.value = value }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let number = try container.decode(Double.self)
      // Beyond 2⁵³ a double no longer tells seconds apart, and an Int64 would trap further on.
      guard number.magnitude < 9_007_199_254_740_992 else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no instant")
      }
      value = Int64(number.rounded(.down))
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  var iss: String?
  var aud: Audience?
  var sub: String?
  var exp: Seconds?
  var nbf: Seconds?
  var iat: Seconds?
  var role: String?
  var sessionID: String?
  var email: String?

  enum CodingKeys: String, CodingKey {
    case iss, aud, sub, exp, nbf, iat, role, email
    case sessionID = "session_id"
  }
}
