/// One value a callback gives at scrape time.
package struct CallbackSample: Sendable {
  /// One value for each label of the family.
  package var labels: [String]
  /// The value now.
  package var value: Double

  /// A value of a family without labels.
  package init(_ value: Double) {
    self.init(labels: [], value)
  }

  /// A value with its label values.
  package init(labels: [String], _ value: Double) {
    self.labels = labels
    self.value = value
  }
}

/// A family whose values are asked for at each scrape.
final class CallbackFamily: MetricFamily {
  let descriptor: FamilyDescriptor
  private let labels: [String]
  let seriesMax: Int
  private let collect: @Sendable (_ now: UInt64) -> [CallbackSample]

  init(
    descriptor: FamilyDescriptor, labels: [String], seriesMax: Int,
    collect: @escaping @Sendable (_ now: UInt64) -> [CallbackSample]
  ) {
    self.descriptor = descriptor
    self.labels = labels
    self.seriesMax = labels.isEmpty ? 1 : seriesMax
    self.collect = collect
  }

  func writeSamples(to writer: inout ExpositionWriter, now: UInt64) {
    let name = Array(descriptor.name.utf8)
    let createdName = Array((descriptor.baseName + "_created").utf8)
    var written: Set<[String]> = []
    for sample in collect(now) where sample.labels.count == labels.count {
      guard written.count < seriesMax, written.insert(sample.labels).inserted else { continue }
      let bytes = LabelBytes.render(names: labels, values: sample.labels)
      writer.sample(name, labels: bytes, value: sample.value)
      writer.endLine()
      if descriptor.kind == .counter { writer.created(createdName, labels: bytes) }
    }
  }
}

/// Facts as labels of one series of value 1.
final class InfoFamily: MetricFamily {
  let descriptor: FamilyDescriptor
  let seriesMax = 1
  private let labelBytes: [UInt8]

  init(descriptor: FamilyDescriptor, facts: [(name: String, value: String)]) {
    self.descriptor = descriptor
    labelBytes = LabelBytes.render(names: facts.map(\.name), values: facts.map(\.value))
  }

  func writeSamples(to writer: inout ExpositionWriter, now: UInt64) {
    writer.sample(Array(descriptor.name.utf8), labels: labelBytes, value: 1)
    writer.endLine()
  }
}
