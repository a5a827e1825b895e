/// Which limit turned a request away; the label `reason` of `phoenix_rate_limited_total`.
package enum RateLimitReason: String, Sendable, CaseIterable {
  /// The coarse limit by client address.
  case address
  /// The limit by user.
  case user
  /// Failed logins of one address for one email.
  case login
  /// Failed logins of one address.
  case loginAddress = "login_address"
  /// Failed logins for one email: slowed, never locked out.
  case loginEmail = "login_email"
  /// Connections at once.
  case connections
  /// The gateway sheds load.
  case overload
}
