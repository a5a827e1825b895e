/// A promise that a run must keep: `p99(chat_message) < 50ms`.
///
/// ```
/// threshold  = metric [ "(" argument { "," argument } ")" ] operator bound
/// metric     = p50 … p99.99 | mean | min | max | error_rate | rate
///            | cache_hit_ratio | achieved_rate | memory_slope
/// argument   = an operation | latency | service | first_byte | first_delta
///            | hit | miss | coalesced | bypass
/// operator   = "<" | "<=" | ">" | ">="
/// ```
/// Without an operation it speaks of all. `latency`, the default, counts from the intended start.
package struct Threshold: Sendable, Equatable {
  /// What is measured.
  package enum Metric: Sendable, Equatable {
    case percentile(Double)
    case mean, min, max
    case errorRate, rate, cacheHitRatio, achievedRate
    /// Growth of the server's resident memory in MB an hour.
    case memorySlope
  }

  /// How the measured value must stand to the bound.
  package enum Comparison: String, Sendable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="

    /// Whether a value keeps to the bound.
    package func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .less: value < bound
      case .atMost: value <= bound
      case .greater: value > bound
      case .atLeast: value >= bound
      }
    }
  }

  /// As the author wrote it.
  package let text: String
  package let metric: Metric
  package let operation: String?
  package let phase: LatencyPhase
  package let cache: CacheClass?
  package let comparison: Comparison
  /// Seconds for latencies, a share for ratios, requests a second for `rate`, MB an hour for
  /// `memory_slope`.
  package let bound: Double
  /// Why it is asked, where the author says so.
  package var reason: String?

  /// Whether it speaks of a latency.
  package var isLatency: Bool {
    switch metric {
    case .percentile, .mean, .min, .max: true
    case .errorRate, .rate, .cacheHitRatio, .achievedRate, .memorySlope: false
    }
  }

  /// Reads one; throws ``ThresholdError``, whose text says what is wrong.
  package init(_ text: String) throws(ThresholdError) {
    let text = text.trimmed
    self.text = text
    guard let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" }) else {
      throw ThresholdError("needs a comparison such as < 50ms")
    }
    let isEqual = text[text.index(after: sign)...].first == "="
    let operatorEnd = text.index(sign, offsetBy: isEqual ? 2 : 1)
    guard let comparison = Comparison(rawValue: String(text[sign..<operatorEnd])) else {
      throw ThresholdError("needs one of < <= > >=")
    }
    self.comparison = comparison

    let left = text[..<sign].trimmed
    let name = left.prefix { $0 != "(" }.trimmed
    var arguments: [String] = []
    if name.count < left.count {
      guard left.hasSuffix(")") else { throw ThresholdError("needs ) after its arguments") }
      let inner = left[left.index(after: left.firstIndex(of: "(") ?? left.startIndex)...].dropLast()
      arguments = inner.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
      guard arguments.allSatisfy({ !$0.isEmpty }) else {
        throw ThresholdError("has an empty argument")
      }
    }
    metric = try Self.metric(name)
    var operation: String?
    var phase: LatencyPhase?
    var cache: CacheClass?
    for argument in arguments {
      if let named = LatencyPhase(rawValue: argument) {
        guard phase == nil else { throw ThresholdError("names two phases") }
        phase = named
      } else if let named = CacheClass(rawValue: argument), named != .none {
        guard cache == nil else { throw ThresholdError("names two cache results") }
        cache = named
      } else {
        guard operation == nil else { throw ThresholdError("names two operations") }
        operation = argument
      }
    }
    self.operation = operation
    self.cache = cache
    self.phase = phase ?? .latency
    bound = try Self.bound(text[operatorEnd...].trimmed, of: metric)
    guard isLatency || (phase == nil && cache == nil) else {
      throw ThresholdError("\(name) takes no phase or cache result")
    }
    if operation != nil, [.cacheHitRatio, .achievedRate, .memorySlope].contains(metric) {
      throw ThresholdError("\(name) takes no operation")
    }
  }

  private static func metric(_ name: String) throws(ThresholdError) -> Metric {
    switch name {
    case "mean": return .mean
    case "min": return .min
    case "max": return .max
    case "error_rate": return .errorRate
    case "rate": return .rate
    case "cache_hit_ratio": return .cacheHitRatio
    case "achieved_rate": return .achievedRate
    case "memory_slope": return .memorySlope
    default:
      guard name.first == "p", let percent = Quantity.number(name.dropFirst()), percent > 0,
        percent <= 100
      else {
        throw ThresholdError(
          "\"\(name)\" is no metric (p50 … p99.99, mean, min, max, error_rate, rate, "
            + "cache_hit_ratio, achieved_rate, memory_slope)")
      }
      return .percentile(percent)
    }
  }

  private static func bound(_ text: String, of metric: Metric) throws(ThresholdError) -> Double {
    switch metric {
    case .percentile, .mean, .min, .max:
      guard let duration = Quantity.duration(text) else {
        throw ThresholdError("\"\(text)\" is no duration such as 50ms or 2.5s")
      }
      return duration.inSeconds
    case .errorRate, .cacheHitRatio, .achievedRate:
      guard let share = Quantity.share(text), share <= 1 else {
        throw ThresholdError("\"\(text)\" is no share such as 0.1% or 0.001")
      }
      return share
    case .memorySlope:
      guard text.lowercased().hasSuffix("mb/h"),
        let number = Quantity.number(text.dropLast(4).trimmed)
      else { throw ThresholdError("\"\(text)\" is no growth such as 5MB/h") }
      return number
    case .rate:
      guard let number = Quantity.number(text) else {
        throw ThresholdError("\"\(text)\" is no number of requests a second")
      }
      return number
    }
  }
}

/// Why a text is no threshold.
package struct ThresholdError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension StringProtocol {
  /// Without white space at both ends.
  var trimmed: String {
    var rest = Substring(self)
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
