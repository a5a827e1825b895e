import Yams

/// Promises: those of the scenario and those of the targets file.
extension ScenarioReader {
  mutating func thresholds(_ node: Node, known: Set<String>) -> [Threshold] {
    guard let sequence = node.sequence else {
      faults.append(.at(node, "\"thresholds\" must be a list"))
      return []
    }
    return sequence.compactMap { item in
      threshold(item, item.scalar?.string ?? "").flatMap { threshold in
        guard let operation = threshold.operation, !known.contains(operation) else {
          return threshold
        }
        faults.append(
          .at(item, "threshold \"\(threshold.text)\": the mix has no \"\(operation)\""))
        return nil
      }
    }
  }

  private mutating func threshold(_ node: Node, _ text: String) -> Threshold? {
    do throws(ThresholdError) { return try Threshold(text) } catch {
      faults.append(.at(node, "threshold \"\(text)\": \(error)"))
      return nil
    }
  }

  /// The targets file's promises about this mix; those about other operations are left out.
  mutating func targets(
    _ node: Node, known: Set<String>, _ load: (String) throws -> (file: String, text: String)
  ) throws -> [Threshold] {
    guard let name = node.scalar?.string else {
      faults.append(.at(node, "\"targets\" must be a file's name"))
      return []
    }
    let loaded: (file: String, text: String)
    do { loaded = try load(name) } catch {
      faults.append(.at(node, "\"targets\": cannot read \(name)"))
      return []
    }
    var reader = ScenarioReader(file: loaded.file)
    var fields = YAMLFields(
      try reader.compose(loaded.text, file: loaded.file), what: "the targets file")
    let list = fields.take("targets", required: true)
    fields.finish(known: ["targets"])
    reader.faults += fields.faults
    var targets: [Threshold] = []
    if let list, list.sequence == nil {
      reader.faults.append(.at(list, "\"targets\" must be a list"))
    }
    for item in list?.sequence.map(Array.init) ?? [] {
      var entry = YAMLFields(item, what: "a target")
      let text = entry.value("threshold", required: true, "a threshold") { $0 }
      let reason = entry.value("reason", required: true, "its reason") { $0.isEmpty ? nil : $0 }
      entry.finish(known: ["threshold", "reason"])
      reader.faults += entry.faults
      guard let text, var target = reader.threshold(item, text) else { continue }
      target.reason = reason
      if target.operation.map(known.contains) ?? true { targets.append(target) }
    }
    guard reader.faults.isEmpty else {
      throw ScenarioError(file: loaded.file, faults: reader.faults)
    }
    return targets
  }
}
