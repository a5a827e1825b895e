/// The series of one family: found by label values, made once, bounded.
final class SeriesTable<Child: AnyObject & Sendable>: Sendable {
  struct Series: Sendable {
    let values: [String]
    /// The labels as both formats write them, without the braces.
    let labelBytes: [UInt8]
    let child: Child
  }

  private struct State {
    var byValues: [[String]: Child] = [:]
    var known: [Set<String>]
    var series: [Series] = []
    var isSorted = true
  }

  let labels: [MetricLabel]
  private let seriesMax: Int
  private let make: @Sendable () -> Child
  private let state: Locked<State>

  init(labels: [MetricLabel], seriesMax: Int, make: @escaping @Sendable () -> Child) {
    self.labels = labels
    self.seriesMax = seriesMax
    self.make = make
    state = Locked(State(known: labels.map { _ in [] }))
    // A family without labels has its one series from the start: 0 before the first event.
    if labels.isEmpty { _ = child([]) }
  }

  /// The series of these values, one for each label in the order of registration.
  ///
  /// Missing values count as empty, further ones are left out: a scrape shows the mistake.
  func child(_ given: [String]) -> Child {
    // What is known is found as it is given; the table holds no key that would have to be cut.
    if given.count == labels.count, let child = state.withLock({ $0.byValues[given] }) {
      return child
    }
    var values = given.prefix(labels.count).map(Self.cut)
    while values.count < labels.count { values.append("") }
    return state.withLock { state in
      if let child = state.byValues[values] { return child }
      for (position, label) in labels.enumerated()
      where !state.known[position].contains(values[position]) {
        if state.known[position].count >= label.valuesMax {
          values[position] = MetricLabel.other
        } else {
          state.known[position].insert(values[position])
        }
      }
      if state.byValues[values] == nil, state.series.count >= seriesMax {
        values = labels.map { _ in MetricLabel.other }
      }
      if let child = state.byValues[values] { return child }
      let child = make()
      state.byValues[values] = child
      state.series.append(
        Series(
          values: values, labelBytes: LabelBytes.render(names: labels.map(\.name), values: values),
          child: child))
      state.isSorted = false
      return child
    }
  }

  /// Every series, ordered by label values so that two scrapes read alike.
  ///
  /// Sorted without the lock: who makes a series meanwhile does not wait for a scrape.
  func all() -> [Series] {
    let (series, isSorted) = state.withLock { ($0.series, $0.isSorted) }
    if isSorted { return series }
    let sorted = series.sorted { $0.values.lexicographicallyPrecedes($1.values) }
    state.withLock { state in
      guard state.series.count == sorted.count else { return }
      state.series = sorted
      state.isSorted = true
    }
    return sorted
  }

  /// The most series there can be, whatever comes in: the bound and the row of `other`, or fewer
  /// where the labels cannot make as many.
  var seriesBound: Int {
    var product = 1
    for label in labels {
      let (next, overflows) = product.multipliedReportingOverflow(by: label.valuesMax + 1)
      if overflows || next > seriesMax { return seriesMax + 1 }
      product = next
    }
    return product
  }

  private static func cut(_ value: String) -> String {
    guard value.utf8.count > MetricLabel.valueBytesMax else { return value }
    var end = value.startIndex
    var bytes = 0
    while end < value.endIndex {
      let scalar = value.unicodeScalars[end]
      bytes += UTF8.width(scalar)
      if bytes > MetricLabel.valueBytesMax { break }
      end = value.unicodeScalars.index(after: end)
    }
    return String(value[..<end])
  }
}

/// Label pairs as both formats write them.
enum LabelBytes {
  static func render(names: [String], values: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in zip(names, values) {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: name.utf8)
      bytes.append(contentsOf: "=\"".utf8)
      for byte in value.utf8 {
        switch byte {
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
        default: bytes.append(byte)
        }
      }
      bytes.append(UInt8(ascii: "\""))
    }
    return bytes
  }
}
