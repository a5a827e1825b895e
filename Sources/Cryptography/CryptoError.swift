/// Why a cryptographic operation failed; says nothing of keys or data.
package struct CryptoError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The closed list of causes.
  package enum Code: String, Sendable, CaseIterable {
    /// The system's generator gave nothing.
    case noRandomness = "no_randomness"
    /// OpenSSL could not derive, for want of memory.
    case derivationFailed = "derivation_failed"
    /// A key that cannot be read, or is of a kind or size that is not accepted.
    case malformedKey = "malformed_key"
    /// A stored password hash that is none of ours.
    case malformedHash = "malformed_hash"
  }

  /// What happened.
  package let code: Code

  /// An error of this cause.
  package init(code: Code) { self.code = code }

  package var description: String { "crypto: \(code.rawValue)" }
}
