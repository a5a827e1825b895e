/// The formats of `/metrics`.
package enum ExpositionFormat: Sendable, Equatable {
  /// The text format 0.0.4.
  case text
  /// OpenMetrics 1.0, with exemplars.
  case openMetrics

  /// The one concrete type to answer with; Prometheus 3 fails a scrape without it.
  package var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// The best of ours by the quality a client gives; the text format where none fits.
  ///
  /// Source: RFC 9110 section 12.5.1; a scraper that asks for protobuf first names text later.
  package static func negotiate(accept: String?) -> ExpositionFormat {
    guard let accept else { return .text }
    var best: (format: ExpositionFormat, quality: Double)?
    for range in accept.split(separator: ",") {
      guard let (format, quality) = offer(for: range), quality > 0 else { continue }
      if let found = best, found.quality >= quality { continue }
      best = (format, quality)
    }
    return best?.format ?? .text
  }

  /// The type to answer a client with. A Prometheus 3 that named an `escaping` of metric names is
  /// told it again: ours need none, so each is kept.
  package func contentType(accept: String?) -> String {
    guard self == .openMetrics, let accept = accept?.lowercased() else { return contentType }
    for range in accept.split(separator: ",") where range.contains("openmetrics-text") {
      for parameter in range.split(separator: ";").map(Self.trimmed) {
        guard parameter.hasPrefix("escaping=") else { continue }
        let scheme = String(parameter.dropFirst("escaping=".utf8.count))
        if Self.escapings.contains(scheme) { return contentType + "; escaping=" + scheme }
      }
    }
    return contentType
  }

  private static let escapings = ["allow-utf-8", "underscores", "dots", "values"]

  private static func offer(for range: Substring) -> (ExpositionFormat, Double)? {
    let parts = range.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
    var quality = 1.0
    var version: String?
    for parameter in parts.dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1).map(trimmed)
      guard pair.count == 2 else { continue }
      if pair[0] == "q" {
        guard let value = Double(pair[1]), value >= 0, value <= 1 else { return nil }
        quality = value
      } else if pair[0] == "version" {
        version = pair[1]
      }
    }
    switch parts.first {
    case "application/openmetrics-text" where version == nil || version == "1.0.0":
      return (.openMetrics, quality)
    case "text/plain" where version == nil || version == "0.0.4" || version == "1.0.0":
      return (.text, quality)
    case "text/*", "*/*": return (.text, quality)
    default: return nil
    }
  }

  private static func trimmed(_ part: Substring) -> String {
    var part = part
    while part.first == " " || part.first == "\t" { part.removeFirst() }
    while part.last == " " || part.last == "\t" { part.removeLast() }
    return part.lowercased()
  }
}
