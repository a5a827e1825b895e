internal import Synchronization

/// The families of one process, and their text for Prometheus.
///
/// Why our own: counting must cost nanoseconds and take no lock, series must be bounded by
/// construction, classic buckets must be exact, and P50/P95/P99 of the last five minutes must be
/// right within 2 %. One log-linear histogram gives all of these.
///
/// ```swift
/// let metrics = MetricsRegistry()
/// let requests = try metrics.counter(
///   "app_requests_total", help: "Requests answered.", labels: ["route", "status"])
/// let home = requests.child("/", "200")        // once, at start: exported at 0 from now on
/// home.increment()                             // in the hot path: one atomic addition
/// let body = metrics.render(.negotiate(accept: header), now: monotonicNanoseconds)
/// ```
///
/// Invariants: a name, a label or an edge that is wrong is an error at registration, never at a
/// scrape; what `promtool check metrics` complains about is refused here; a family never has more
/// series than its bound, whatever label values come; no lock is taken to count; time is handed in
/// as monotonic nanoseconds. Families appear in the order of registration, series in the order of
/// their label values.
///
/// It refuses names made from data, label values without a bound, quantiles averaged over
/// processes, and a global registry.
package final class MetricsRegistry: Sendable {
  private struct State {
    var families: [any MetricFamily] = []
    var owners: [String: String] = [:]
  }

  private let createdText: [UInt8]?
  private let state = Locked(State())
  private let lastSize = Atomic<Int>(4096)

  /// An empty registry.
  ///
  /// `startedAt` is when counting begins, in nanoseconds since 1970: OpenMetrics then says so of
  /// every series (`_created`). One instant for all is true of each, those that appear later
  /// included: a counter not there yet stood at 0.
  package init(startedAt wallNanoseconds: UInt64? = nil) {
    createdText = wallNanoseconds.map { ExpositionWriter.instant($0) }
  }

  /// A family of counters; `unitsPerOne` counted units make 1 in the exposition.
  package func counter(
    _ name: String, help: String, labels: [MetricLabel] = [], seriesMax: Int = 1000,
    unitsPerOne: Double = 1
  ) throws(MetricsError) -> CounterFamily {
    let descriptor = try describe(name, help, .counter, labels, seriesMax)
    guard unitsPerOne >= 1, unitsPerOne.isFinite else { throw .badBound(name: name) }
    let family = CounterFamily(
      descriptor: descriptor, labels: labels, seriesMax: seriesMax, unitsPerOne: unitsPerOne)
    try add(family)
    return family
  }

  /// A family of gauges of whole numbers.
  package func gauge(
    _ name: String, help: String, labels: [MetricLabel] = [], seriesMax: Int = 1000
  ) throws(MetricsError) -> GaugeFamily {
    let descriptor = try describe(name, help, .gauge, labels, seriesMax)
    let family = GaugeFamily(descriptor: descriptor, labels: labels, seriesMax: seriesMax)
    try add(family)
    return family
  }

  /// A family of histograms with classic buckets at `edges`.
  ///
  /// Values are whole units, `unitsPerOne` of them make 1: nanoseconds for a family in seconds.
  /// A window costs about 50 kB a series and lets a summary be taken.
  package func histogram(
    _ name: String, help: String, labels: [MetricLabel] = [], seriesMax: Int = 200,
    edges: [Double], unitsPerOne: Double = 1e9, hasWindow: Bool = false,
    hasExemplars: Bool = false
  ) throws(MetricsError) -> HistogramFamily {
    let descriptor = try describe(name, help, .histogram, labels, seriesMax)
    let family = HistogramFamily(
      descriptor: descriptor, labels: labels, seriesMax: seriesMax, edges: edges,
      unitsPerOne: unitsPerOne, hasWindow: hasWindow, hasExemplars: hasExemplars)
    guard let family else { throw .badEdges(name: name) }
    try add(family)
    return family
  }

  /// Quantiles over the last five minutes of a histogram family that has a window, its series
  /// merged by the labels named.
  package func summary(
    _ name: String, help: String, of source: HistogramFamily, by labels: [String],
    quantiles: [Double] = [0.5, 0.95, 0.99]
  ) throws(MetricsError) -> SummaryFamily {
    let descriptor = try FamilyDescriptor(name: name, help: help, kind: .summary, labels: labels)
    guard source.hasWindow else {
      throw .badSummary(name: name, problem: "the histogram keeps no window")
    }
    guard quantiles.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      throw .badSummary(name: name, problem: "a quantile lies outside 0...1")
    }
    var kept: [Int] = []
    for label in labels {
      guard let position = source.labelNames.firstIndex(of: label) else {
        throw .badSummary(name: name, problem: "the histogram has no label \(label)")
      }
      kept.append(position)
    }
    let family = SummaryFamily(
      descriptor: descriptor, source: source, labels: labels, kept: kept, quantiles: quantiles)
    try add(family)
    return family
  }

  /// A gauge or a counter whose values are asked for at each scrape.
  package func callback(
    _ name: String, help: String, kind: FamilyKind = .gauge, labels: [String] = [],
    seriesMax: Int = 1000, collect: @escaping @Sendable (_ now: UInt64) -> [CallbackSample]
  ) throws(MetricsError) {
    guard kind == .gauge || kind == .counter else {
      throw .badName(name: name, problem: "only gauges and counters can be asked for")
    }
    let bounded = labels.map { MetricLabel($0, valuesMax: seriesMax) }
    let descriptor = try describe(name, help, kind, bounded, seriesMax)
    try add(
      CallbackFamily(
        descriptor: descriptor, labels: labels, seriesMax: seriesMax, collect: collect))
  }

  /// Facts as the labels of one series of value 1.
  package func info(
    _ name: String, help: String, facts: [(name: String, value: String)]
  ) throws(MetricsError) {
    let descriptor = try FamilyDescriptor(
      name: name, help: help, kind: .info, labels: facts.map(\.name))
    try add(InfoFamily(descriptor: descriptor, facts: facts))
  }

  /// The whole exposition; `now` is monotonic nanoseconds.
  package func render(_ format: ExpositionFormat, now: UInt64) -> [UInt8] {
    let families = state.withLock { $0.families }
    let expected = lastSize.load(ordering: .relaxed)
    var writer = ExpositionWriter(format: format, capacity: expected + expected / 8)
    for family in families {
      var samples = ExpositionWriter(format: format, capacity: 512, createdText: createdText)
      family.writeSamples(to: &samples, now: now)
      if samples.bytes.isEmpty { continue }
      writer.head(family.descriptor)
      writer.append(samples)
    }
    writer.finish()
    lastSize.store(writer.bytes.count, ordering: .relaxed)
    return writer.bytes
  }

  /// The most sample lines a scrape in the text format can ever hold: the sum of the families'
  /// bounds, each computed from its labels, edges and quantiles.
  package var seriesMax: Int {
    state.withLock { $0.families }.reduce(0) { $0 + $1.seriesMax }
  }

  /// The names of all families, for the check against the documentation.
  package var familyNames: [String] {
    state.withLock { $0.families.map(\.descriptor.name) }
  }

  private func describe(
    _ name: String, _ help: String, _ kind: FamilyKind, _ labels: [MetricLabel], _ seriesMax: Int
  ) throws(MetricsError) -> FamilyDescriptor {
    guard seriesMax >= 1, labels.allSatisfy({ $0.valuesMax >= 1 }) else {
      throw .badBound(name: name)
    }
    return try FamilyDescriptor(name: name, help: help, kind: kind, labels: labels.map(\.name))
  }

  private func add(_ family: any MetricFamily) throws(MetricsError) {
    let names = family.descriptor.sampleNames
    let clash = state.withLock { state -> String? in
      for name in names {
        if let owner = state.owners[name] { return owner }
      }
      for name in names { state.owners[name] = family.descriptor.name }
      state.families.append(family)
      return nil
    }
    if let clash { throw .conflict(name: family.descriptor.name, with: clash) }
  }
}
