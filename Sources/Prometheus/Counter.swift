internal import Synchronization

/// One counter series: a handle to keep and to increment without a lock.
package final class Counter: Sendable {
  private let count = Atomic<UInt64>(0)

  init() {}

  /// One more.
  package func increment() {
    count.wrappingAdd(1, ordering: .relaxed)
  }

  /// So many units more; a counter never falls, so nothing happens below 1.
  package func add(_ units: Int) {
    guard units > 0 else { return }
    count.wrappingAdd(UInt64(units), ordering: .relaxed)
  }

  /// The units counted so far.
  package var value: UInt64 { count.load(ordering: .relaxed) }
}

/// A family of counters.
package final class CounterFamily: MetricFamily {
  let descriptor: FamilyDescriptor
  private let table: SeriesTable<Counter>
  /// How many counted units make 1 in the exposition; counts of fractions stay exact integers.
  private let unitsPerOne: Double

  init(
    descriptor: FamilyDescriptor, labels: [MetricLabel], seriesMax: Int, unitsPerOne: Double
  ) {
    self.descriptor = descriptor
    self.unitsPerOne = unitsPerOne
    table = SeriesTable(labels: labels, seriesMax: seriesMax) { Counter() }
  }

  var seriesMax: Int { table.seriesBound }

  /// The series of these label values; resolve it once and keep it where it is hot.
  package func child(_ values: String...) -> Counter { table.child(values) }

  func writeSamples(to writer: inout ExpositionWriter, now: UInt64) {
    let name = Array(descriptor.name.utf8)
    let createdName = Array((descriptor.baseName + "_created").utf8)
    for series in table.all() {
      if unitsPerOne == 1 {
        writer.sample(name, labels: series.labelBytes, value: series.child.value)
      } else {
        let value = Double(series.child.value) / unitsPerOne
        writer.sample(name, labels: series.labelBytes, value: value)
      }
      writer.endLine()
      writer.created(createdName, labels: series.labelBytes)
    }
  }
}
