/// The stretches of a request that are timed.
package enum LatencyPhase: String, Sendable, CaseIterable {
  /// From the intended start to the last byte: what a family waits.
  case latency
  /// From the request's sending to the last byte: what the server took.
  case service
  /// From the intended start to the first byte of the response.
  case firstByte = "first_byte"
  /// From the intended start to a stream's first `delta`.
  case firstDelta = "first_delta"
}

/// What `X-Cache` said of an answer.
package enum CacheClass: String, Sendable, CaseIterable {
  /// No such header.
  case none
  case hit, miss, coalesced, bypass
}

extension LatencyPhase {
  var index: Int {
    switch self {
    case .latency: 0
    case .service: 1
    case .firstByte: 2
    case .firstDelta: 3
    }
  }
}

extension CacheClass {
  var index: Int {
    switch self {
    case .none: 0
    case .hit: 1
    case .miss: 2
    case .coalesced: 3
    case .bypass: 4
    }
  }
}
