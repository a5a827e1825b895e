/// Why a token was refused.
package enum JWTError: String, Error, Sendable, Hashable, CaseIterable {
  /// No token at all: its parts, Base64 or JSON cannot be read, or it is too long.
  case malformed
  /// `alg` is not the one of any key that could be meant, or `crit` names extensions.
  case algorithm
  /// `kid` names no key known.
  case unknownKey = "unknown_key"
  /// The signature is not the key's.
  case signature
  /// `exp` has passed.
  case expired
  /// `iss`, `aud`, `exp` or `sub` is absent or not as required, or `nbf` has not come.
  case claims
}
