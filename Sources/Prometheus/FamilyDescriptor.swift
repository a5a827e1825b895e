/// The kinds of families; `info` is a gauge of value 1 in the text format.
package enum FamilyKind: String, Sendable {
  /// Only grows.
  case counter
  /// Goes up and down.
  case gauge
  /// Counts by buckets.
  case histogram
  /// Quantiles over a window.
  case summary
  /// Facts as labels.
  case info
}

/// What is known of a family before its first value.
struct FamilyDescriptor: Sendable {
  let name: String
  let help: String
  let kind: FamilyKind

  init(name: String, help: String, kind: FamilyKind, labels: [String]) throws(MetricsError) {
    if let problem = NameLint.problem(name: name, kind: kind) {
      throw .badName(name: name, problem: problem)
    }
    if help.isEmpty { throw .noHelp(name: name) }
    for (position, label) in labels.enumerated() {
      if let problem = NameLint.problem(label: label) {
        throw .badLabel(name: name, label: label, problem: problem)
      }
      if labels[..<position].contains(label) {
        throw .badLabel(name: name, label: label, problem: "stands twice")
      }
    }
    self.name = name
    self.help = help
    self.kind = kind
  }

  /// The name without the suffix its kind demands: OpenMetrics names families so.
  var baseName: String {
    switch kind {
    case .counter: String(name.dropLast("_total".utf8.count))
    case .info: String(name.dropLast("_info".utf8.count))
    case .gauge, .histogram, .summary: name
    }
  }

  /// The unit OpenMetrics announces: the last word of the base name where it is a base unit.
  var unit: String? {
    guard kind != .info, let last = baseName.split(separator: "_").last else { return nil }
    return last == "seconds" || last == "bytes" ? String(last) : nil
  }

  /// Every name under which samples appear, for clashes between families.
  var sampleNames: [String] {
    switch kind {
    case .counter: [name, baseName, baseName + "_created"]
    case .gauge, .info: [name, baseName]
    case .histogram: [name, name + "_bucket", name + "_count", name + "_sum", name + "_created"]
    case .summary: [name, name + "_count", name + "_sum", name + "_created"]
    }
  }
}

/// A family as the registry holds it.
protocol MetricFamily: Sendable {
  var descriptor: FamilyDescriptor { get }
  /// The most sample lines a scrape in the text format can hold; Prometheus makes each a series.
  var seriesMax: Int { get }
  /// Writes the samples, not the head; nothing where there is no series yet.
  func writeSamples(to writer: inout ExpositionWriter, now: UInt64)
}
