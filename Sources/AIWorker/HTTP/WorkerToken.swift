import Cryptography
import HTTPTypes

/// The bearer token that callers of a worker present.
struct WorkerToken: Sendable {
  private let digest: [UInt8]

  init(_ token: String) { digest = SHA256.hash(Array(token.utf8)) }

  /// What a request's `Authorization` is worth.
  enum Verdict: Sendable {
    case right
    case missing
    case wrong
  }

  /// Compares digests: neither the length nor the first wrong character of a
  /// guess shows in the time.
  func judge(_ headers: HTTPFields) -> Verdict {
    guard let value = headers[.authorization] else { return .missing }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return .missing }
    return ConstantTime.equal(SHA256.hash(Array(parts[1].utf8)), digest) ? .right : .wrong
  }
}
