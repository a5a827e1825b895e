/// Quantiles of the last five minutes: a view of a histogram family, which does the counting.
///
/// Series of the histogram that agree in the labels kept are merged by adding their buckets, so a
/// quantile is never averaged. `_sum` and `_count` are totals, as the format wants them.
package final class SummaryFamily: MetricFamily {
  let descriptor: FamilyDescriptor
  private let source: HistogramFamily
  private let labels: [String]
  private let kept: [Int]
  private let quantiles: [Double]
  private let quantileTexts: [[UInt8]]
  private let slotBounds: [(first: UInt64, last: UInt64)]

  init(
    descriptor: FamilyDescriptor, source: HistogramFamily, labels: [String], kept: [Int],
    quantiles: [Double]
  ) {
    self.descriptor = descriptor
    self.source = source
    self.labels = labels
    self.kept = kept
    self.quantiles = quantiles
    quantileTexts = quantiles.map { FloatText.canonical($0) }
    slotBounds = source.scale.slotBounds()
  }

  var seriesMax: Int {
    var groups = 1
    for position in kept { groups *= source.metricLabels[position].valuesMax + 1 }
    return min(groups, source.seriesBound) * (quantiles.count + 2)
  }

  /// The quantiles of one series of this view, NaN where nothing came in the last five minutes.
  package func quantiles(_ values: String..., now: UInt64) -> [Double] {
    merged(now: now).first { $0.values == values }.map { quantileValues($0.window) }
      ?? quantiles.map { _ in .nan }
  }

  func writeSamples(to writer: inout ExpositionWriter, now: UInt64) {
    let name = Array(descriptor.name.utf8)
    let sumName = Array((descriptor.name + "_sum").utf8)
    let countName = Array((descriptor.name + "_count").utf8)
    let createdName = Array((descriptor.name + "_created").utf8)
    for group in merged(now: now) {
      let bytes = LabelBytes.render(names: labels, values: group.values)
      for (text, value) in zip(quantileTexts, quantileValues(group.window)) {
        writer.sample(name, labels: bytes, extra: ("quantile", text), value: value)
        writer.endLine()
      }
      writer.sample(sumName, labels: bytes, value: Double(group.sum) / source.unitsPerOne)
      writer.endLine()
      writer.sample(countName, labels: bytes, value: group.count)
      writer.endLine()
      writer.created(createdName, labels: bytes)
    }
  }

  private struct Group {
    var values: [String]
    var window: [UInt64]
    var sum: UInt64
    var count: UInt64
  }

  private func merged(now: UInt64) -> [Group] {
    var groups: [Group] = []
    var positions: [[String]: Int] = [:]
    for series in source.allSeries() {
      let values = kept.map { series.values[$0] }
      let position: Int
      if let found = positions[values] {
        position = found
      } else {
        position = groups.count
        positions[values] = position
        let window = [UInt64](repeating: 0, count: slotBounds.count)
        groups.append(Group(values: values, window: window, sum: 0, count: 0))
      }
      series.child.accumulateWindow(into: &groups[position].window, now: now)
      groups[position].sum &+= series.child.sumUnits
      groups[position].count += series.child.count
    }
    return groups.sorted { $0.values.lexicographicallyPrecedes($1.values) }
  }

  private func quantileValues(_ window: [UInt64]) -> [Double] {
    let total = window.reduce(0, +)
    return quantiles.map { quantile in
      guard total > 0 else { return .nan }
      let rank = max(1, UInt64((quantile * Double(total)).rounded(.up)))
      var seen: UInt64 = 0
      for (slot, count) in window.enumerated() where count > 0 {
        seen += count
        if seen >= rank { return middle(slotBounds[slot]) / source.unitsPerOne }
      }
      return .nan
    }
  }

  /// The harmonic middle: the value whose greatest relative error over the bucket is least.
  private func middle(_ bounds: (first: UInt64, last: UInt64)) -> Double {
    let first = Double(bounds.first)
    let last = Double(bounds.last)
    return first == last ? first : 2 * first * last / (first + last)
  }
}
