import Cryptography
import Telemetry

/// The signed `_csrf` of forms: proof that the form came from a page of ours, made for this
/// visitor.
///
/// `<expiry>.<nonce>.<HMAC of expiry, nonce and visitor>`; the visitor is the session where there
/// is one, else the random value of a cookie that the page set with the form. A token of one
/// visitor is none for another, so a form that a stranger obtains for himself is of no use in a
/// family's browser.
package struct FormTokens: Sendable {
  /// Seconds for which a form may lie open.
  package static let lifetime: UInt64 = 12 * 3600

  private let key: [UInt8]

  /// - Parameter secretKey: `PHOENIX_SECRET_KEY`; forms have a key of their own derived from it.
  package init(secretKey: [UInt8]) {
    key = HMACSHA256.authenticate(Array("form-token".utf8), key: secretKey)
  }

  /// A token for a visitor.
  /// - Parameter now: seconds since 1970.
  package func make(for visitor: String, now: UInt64) -> String {
    let head = "\(now + Self.lifetime).\(UUIDv7.make(nowMilliseconds: now * 1000))"
    return head + "." + code(head, visitor)
  }

  /// Whether a token was made for this visitor and still holds.
  package func isValid(_ token: String, for visitor: String, now: UInt64) -> Bool {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, !visitor.isEmpty, let expiry = UInt64(parts[0]), expiry > now,
      expiry <= now + Self.lifetime
    else { return false }
    let right = code("\(parts[0]).\(parts[1])", visitor)
    return ConstantTime.equal(Array(parts[2].utf8), Array(right.utf8))
  }

  private func code(_ head: String, _ visitor: String) -> String {
    var text = ""
    for byte in HMACSHA256.authenticate(Array("\(head)|\(visitor)".utf8), key: key) {
      text += String(byte >> 4, radix: 16) + String(byte & 0xf, radix: 16)
    }
    return text
  }
}
