/// Numbers with their units, as scenarios, thresholds and the command line write them.
package enum Quantity {
  /// Reads `500ms`, `30s`, `1.5m`, `1h`, `250us`; nil for anything else. Bounded by a week.
  package static func duration(_ text: some StringProtocol) -> Duration? {
    guard let (value, unit) = split(text), let scale = seconds[unit] else { return nil }
    let total = value * scale
    guard total <= 604_800 else { return nil }
    return .nanoseconds(Int64((total * 1e9).rounded()))
  }

  /// Reads `0.1%` or `0.001` as a share; nil for anything else.
  package static func share(_ text: some StringProtocol) -> Double? {
    guard let (value, unit) = split(text) else { return nil }
    switch unit {
    case "": return value
    case "%": return value / 100
    default: return nil
    }
  }

  /// Reads a plain decimal number, zero or more.
  package static func number(_ text: some StringProtocol) -> Double? {
    guard let (value, unit) = split(text), unit.isEmpty else { return nil }
    return value
  }

  private static let seconds: [String: Double] = [
    "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
  ]

  private static func split(_ text: some StringProtocol) -> (Double, String)? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let value = Double(String(digits)), value.isFinite else { return nil }
    return (value, text.dropFirst(digits.count).drop { $0 == " " }.lowercased())
  }
}

extension Duration {
  /// Whole nanoseconds, as clocks count them; what is negative counts as zero.
  package var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
  }

  /// Seconds as a number to divide by.
  package var inSeconds: Double { Double(nanoseconds) / 1e9 }
}
