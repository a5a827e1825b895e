package import JSONLogging

/// How built-in identity signs and limits.
package struct IdentitySettings: Sendable {
  /// At least 32 bytes; the key that signs sessions is derived from it.
  package var secretKey: Secret<[UInt8]>
  /// The key before the last change: its sessions stay good until they end.
  package var previousSecretKey: Secret<[UInt8]>?
  /// `iss` of our tokens.
  package var issuer: String
  /// Failed logins per address and e-mail; nil switches the limits off.
  package var loginLimit: (count: Int, window: Duration)?

  package init(
    secretKey: [UInt8], previousSecretKey: [UInt8]?, issuer: String,
    loginLimit: (count: Int, window: Duration)?
  ) {
    self.secretKey = Secret(secretKey)
    self.previousSecretKey = previousSecretKey.map { Secret($0) }
    self.issuer = issuer
    self.loginLimit = loginLimit
  }
}
