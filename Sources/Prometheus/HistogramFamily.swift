/// A family of histograms with classic edges.
package final class HistogramFamily: MetricFamily {
  let descriptor: FamilyDescriptor
  let scale: LogLinearScale
  let unitsPerOne: Double
  let hasWindow: Bool
  private let table: SeriesTable<Histogram>
  private let bounds: [[UInt8]]

  init?(
    descriptor: FamilyDescriptor, labels: [MetricLabel], seriesMax: Int, edges: [Double],
    unitsPerOne: Double, hasWindow: Bool, hasExemplars: Bool
  ) {
    guard
      edges.allSatisfy({
        $0.isFinite && $0 > 0 && $0 * unitsPerOne < Double(LogLinearScale.valueMax)
      }),
      let scale = LogLinearScale(edges: edges.map { UInt64(($0 * unitsPerOne).rounded()) })
    else { return nil }
    self.descriptor = descriptor
    self.scale = scale
    self.unitsPerOne = unitsPerOne
    self.hasWindow = hasWindow
    bounds = edges.map { FloatText.canonical($0) } + [Array("+Inf".utf8)]
    table = SeriesTable(labels: labels, seriesMax: seriesMax) {
      Histogram(scale: scale, hasWindow: hasWindow, hasExemplars: hasExemplars)
    }
  }

  /// The series of these label values; resolve it once and keep it where it is hot.
  package func child(_ values: String...) -> Histogram { table.child(values) }

  var seriesMax: Int { table.seriesBound * (bounds.count + 2) }

  /// The labels, in order.
  var metricLabels: [MetricLabel] { table.labels }

  /// The names of the labels, in order.
  var labelNames: [String] { table.labels.map(\.name) }

  /// The most series, each of many sample lines.
  var seriesBound: Int { table.seriesBound }

  func allSeries() -> [SeriesTable<Histogram>.Series] { table.all() }

  func writeSamples(to writer: inout ExpositionWriter, now: UInt64) {
    let bucketName = Array((descriptor.name + "_bucket").utf8)
    let sumName = Array((descriptor.name + "_sum").utf8)
    let countName = Array((descriptor.name + "_count").utf8)
    let createdName = Array((descriptor.name + "_created").utf8)
    for series in table.all() {
      let counts = series.child.cumulativeCounts()
      for (bucket, count) in counts.enumerated() {
        writer.sample(
          bucketName, labels: series.labelBytes, extra: ("le", bounds[bucket]), value: count)
        if writer.format == .openMetrics, let found = series.child.exemplar(bucket: bucket) {
          writer.exemplar(found.exemplar, value: Double(found.value) / unitsPerOne)
        }
        writer.endLine()
      }
      let sum = Double(series.child.sumUnits) / unitsPerOne
      writer.sample(sumName, labels: series.labelBytes, value: sum)
      writer.endLine()
      writer.sample(countName, labels: series.labelBytes, value: counts.last ?? 0)
      writer.endLine()
      writer.created(createdName, labels: series.labelBytes)
    }
  }
}
