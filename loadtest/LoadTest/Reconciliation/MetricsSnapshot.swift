/// All samples of one scrape, asked by name and labels.
package struct MetricsSnapshot: Sendable {
  private let byName: [String: [MetricsText.Sample]]

  package init(_ text: MetricsText) {
    byName = Dictionary(grouping: text.samples, by: \.name)
  }

  /// A scrape of a server that tells nothing.
  package init() { byName = [:] }

  package var counts: RequestCounts {
    RequestCounts(samples: byName[RequestCounts.metric] ?? [])
  }

  /// The sum of a family's series that bear the labels; nil where there is none.
  package func sum(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    let values = series(name, labels).map(\.value).filter(\.isFinite)
    return values.isEmpty ? nil : values.reduce(0, +)
  }

  /// Sums by the value of one label.
  package func sums(_ name: String, by label: String) -> [String: Double] {
    var sums: [String: Double] = [:]
    for sample in byName[name] ?? [] where sample.value.isFinite {
      if let key = sample.labels[label] { sums[key, default: 0] += sample.value }
    }
    return sums
  }

  /// The value of the only series that bears the labels, NaN included.
  package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    series(name, labels).first?.value
  }

  /// Cumulative counts of a histogram by their upper edge in rising order.
  package func buckets(_ name: String, _ labels: [String: String]) -> [(
    edge: Double, count: Double
  )] {
    var counts: [Double: Double] = [:]
    for sample in series(name + "_bucket", labels) {
      guard let text = sample.labels["le"], let edge = Self.number(text) else { continue }
      counts[edge, default: 0] += sample.value
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A summary's value at a quantile, however the quantile is written.
  package func quantile(_ name: String, _ labels: [String: String], _ quantile: Double) -> Double? {
    series(name, labels).first {
      $0.labels["quantile"].flatMap(Self.number).map { abs($0 - quantile) < 1e-9 } ?? false
    }?.value
  }

  private func series(_ name: String, _ labels: [String: String]) -> [MetricsText.Sample] {
    (byName[name] ?? []).filter { sample in labels.allSatisfy { sample.labels[$0.key] == $0.value }
    }
  }

  private static func number(_ text: String) -> Double? {
    text == "+Inf" ? .infinity : Double(text)
  }
}
