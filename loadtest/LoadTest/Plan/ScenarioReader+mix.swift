import Yams

/// What users do.
extension ScenarioReader {
  /// Operations, journeys last drawn from the same weights.
  struct Mix {
    var operations: [Operation] = []
    var journeys: [Journey] = []
  }

  mutating func mix(_ node: Node) -> Mix {
    let entries = YAMLFields(node, what: "\"mix\"")
    faults += entries.faults
    var mix = Mix()
    var walks: [(name: String, value: Node)] = []
    for entry in entries.names {
      if entry.value.mapping?.keys.contains(where: { $0.scalar?.string == "steps" }) == true {
        walks.append(entry)
      } else if let operation = operation(entry.name, entry.value) {
        mix.operations.append(operation)
      }
    }
    for walk in walks {
      if let journey = journey(walk.name, walk.value, &mix.operations) {
        mix.journeys.append(journey)
      }
    }
    // What another operation needs first is part of the run, though nothing draws it.
    for operation in mix.operations {
      if let name = operation.prerequisite { _ = Self.index(of: name, &mix.operations) }
    }
    if entries.faults.isEmpty, entries.names.isEmpty {
      faults.append(.at(node, "\"mix\" names no operation"))
    }
    return mix
  }

  /// The operation of that name, added with weight 0 where it is known but not there yet.
  private static func index(of name: String, _ operations: inout [Operation]) -> Int? {
    if let index = operations.firstIndex(where: { $0.name == name }) { return index }
    guard let operation = Operation(known: name, weight: 0) else { return nil }
    operations.append(operation)
    return operations.count - 1
  }

  private mutating func journey(
    _ name: String, _ node: Node, _ operations: inout [Operation]
  ) -> Journey? {
    var fields = YAMLFields(node, what: "\"\(name)\"")
    let weight = fields.value("weight", required: true, "a number above 0") {
      Quantity.number($0).flatMap { $0 > 0 ? $0 : nil }
    }
    let stepsNode = fields.take("steps", required: true)
    let thinkNode = fields.take("think")
    fields.finish(known: ["weight", "steps", "think"])
    if Operation.known[name] != nil {
      fields.fault(at: node, "\"\(name)\" is an operation: name the journey otherwise")
    }
    faults += fields.faults
    let think = thinkNode.map { self.think($0) } ?? .zero ... .zero
    guard let stepsNode, let weight, let think, fields.faults.isEmpty else { return nil }
    var steps: [Int] = []
    for (item, text) in zip(stepsNode.sequence.map(Array.init) ?? [], texts(stepsNode, "a step")) {
      if let step = Self.index(of: text, &operations) {
        steps.append(step)
      } else {
        faults.append(.at(item, "unknown operation \"\(text)\" (known: \(Self.knownNames))"))
      }
    }
    guard !steps.isEmpty else {
      faults.append(.at(stepsNode, "\"\(name)\" has no step"))
      return nil
    }
    return Journey(name: name, weight: weight, steps: steps, think: think)
  }

  private static var knownNames: String {
    Operation.known.keys.sorted().joined(separator: ", ")
  }

  private mutating func operation(_ name: String, _ node: Node) -> Operation? {
    func weight(_ text: String) -> Double? {
      Quantity.number(text).flatMap { $0 > 0 ? $0 : nil }
    }
    let known = Operation.known[name]
    if let text = node.scalar?.string {
      guard let weight = weight(text) else {
        faults.append(.at(node, "the weight of \"\(name)\" must be a number above 0"))
        return nil
      }
      if let operation = Operation(known: name, weight: weight) { return operation }
      faults.append(
        .at(
          node,
          "unknown operation \"\(name)\" (known: \(Self.knownNames); or give it a \"get\" path)"))
      return nil
    }
    var fields = YAMLFields(node, what: "\"\(name)\"")
    let value = fields.value("weight", required: true, "a number above 0", weight)
    let like = fields.value("like", "a known operation (\(Self.knownNames))") {
      Operation.known[$0] == nil ? nil : $0
    }
    let posted = fields.value("post", Self.pathHint, Self.path)
    let path = fields.value(
      "get", required: known == nil && like == nil && posted == nil, Self.pathHint, Self.path)
    let route = fields.value("route", "a route template that starts with /") {
      $0.hasPrefix("/") ? $0 : nil
    }
    let body = fields.value("body", "text") { $0 }
    let expects = fields.integer("expect", in: 200...599)
    let leavesAfter = fields.duration("leave_after")
    let needsSession = fields.flag("session") ?? false
    fields.finish(known: Self.operationNames)
    if known != nil, path != nil || posted != nil || like != nil {
      fields.fault(at: node, "\"\(name)\" has a path of its own: name this one otherwise")
    } else if [path, posted, like].count(where: { $0 != nil }) > 1 {
      fields.fault(at: node, "\"\(name)\" takes one of \"get\", \"post\" and \"like\"")
    } else if body != nil, posted == nil {
      fields.fault(at: node, "\"\(name)\" has a \"body\" without \"post\"")
    }
    faults += fields.faults
    guard fields.faults.isEmpty, let value else { return nil }
    let kind: Operation.Kind
    var template = route
    if let model = Operation.known[like ?? name] {
      kind = model.kind
      template = route ?? model.route
    } else if let posted {
      kind = .send(path: posted, body: body ?? "", session: needsSession)
    } else if let path {
      kind = needsSession ? .read(path: path) : .fetch(path: path)
    } else {
      return nil
    }
    return Operation(
      name: name, kind: kind, weight: value,
      route: template ?? (posted ?? path).map { String($0.prefix { $0 != "?" }) },
      expects: expects, leavesAfter: leavesAfter)
  }

  private static let operationNames = [
    "weight", "get", "post", "body", "like", "route", "session", "expect", "leave_after",
  ]
  private static let pathHint = "a path that starts with /"

  private static func path(_ text: String) -> String? {
    text.hasPrefix("/") && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } ? text : nil
  }
}
