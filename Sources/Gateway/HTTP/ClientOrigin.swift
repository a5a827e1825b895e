import HTTPTypes
import ServiceHost
import Telemetry

/// Whose request it is, by address: the peer, or what a trusted proxy says of it.
struct ClientOrigin: Sendable {
  /// The numeric address; empty for a unix socket.
  let text: String

  /// Takes the right-most address of `X-Forwarded-For` that no trusted proxy wrote; a header that
  /// came from anybody else is ignored.
  init(peer: HTTPPeer, headers: HTTPFields, trusted: [AddressRange]) {
    var address = peer.address
    if !trusted.isEmpty, trusted.contains(where: { $0.contains(address) }),
      let forwarded = headers[.xForwardedFor]
    {
      for hop in forwarded.split(separator: ",").reversed() {
        let candidate = String(hop.filter { $0 != " " })
        guard AddressRange.bytes(candidate) != nil else { break }
        address = candidate
        if !trusted.contains(where: { $0.contains(candidate) }) { break }
      }
    }
    text = address
  }

  /// What limits count by: an IPv4 address, or the /64 of an IPv6 one, since one household has
  /// a whole /64.
  var limitKey: String { Self.limitKey(of: text) }

  /// The same of a numeric address.
  static func limitKey(of text: String) -> String {
    guard let bytes = AddressRange.bytes(text), bytes.count == 16 else { return text }
    return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// What a log may hold: the network alone.
  var truncated: String? {
    AddressRange.bytes(text).flatMap { Telemetry.ClientAddress.truncated($0) }
  }
}

extension HTTPField.Name {
  // The names are literals of the grammar; `nil` cannot happen, and `.accept` would only be a
  // harmless wrong header if it did.
  static let xForwardedFor = HTTPField.Name("X-Forwarded-For") ?? .accept
  static let xRequestID = HTTPField.Name("X-Request-Id") ?? .accept
  static let traceparent = HTTPField.Name("traceparent") ?? .accept
  static let tracestate = HTTPField.Name("tracestate") ?? .accept
  static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .accept
  static let serverTiming = HTTPField.Name("Server-Timing") ?? .accept
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .accept
  static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed") ?? .accept
  static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .accept
  static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .accept
  static let xCache = HTTPField.Name("X-Cache") ?? .accept
  static let rateLimit = HTTPField.Name("RateLimit") ?? .accept
  static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy") ?? .accept
}
