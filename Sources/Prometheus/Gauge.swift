internal import Synchronization

/// One gauge series of whole numbers: a handle to keep and to set without a lock.
package final class Gauge: Sendable {
  private let current = Atomic<Int>(0)

  init() {}

  /// The value is now this.
  package func set(_ value: Int) {
    current.store(value, ordering: .relaxed)
  }

  /// The value changed by so much.
  package func add(_ change: Int) {
    current.wrappingAdd(change, ordering: .relaxed)
  }

  /// The value now.
  package var value: Int { current.load(ordering: .relaxed) }
}

/// A family of gauges.
package final class GaugeFamily: MetricFamily {
  let descriptor: FamilyDescriptor
  private let table: SeriesTable<Gauge>

  init(descriptor: FamilyDescriptor, labels: [MetricLabel], seriesMax: Int) {
    self.descriptor = descriptor
    table = SeriesTable(labels: labels, seriesMax: seriesMax) { Gauge() }
  }

  var seriesMax: Int { table.seriesBound }

  /// The series of these label values; resolve it once and keep it where it is hot.
  package func child(_ values: String...) -> Gauge { table.child(values) }

  func writeSamples(to writer: inout ExpositionWriter, now: UInt64) {
    let name = Array(descriptor.name.utf8)
    for series in table.all() {
      writer.sample(name, labels: series.labelBytes, value: series.child.value)
      writer.endLine()
    }
  }
}
