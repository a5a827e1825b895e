import FoundationEssentials
import Yams

/// Reads scenario files. Every fault is found and told with its line, not only the first.
package struct ScenarioReader {
  private let file: String
  private var faults: [ScenarioError.Fault] = []

  /// Reads a file; `targets` are looked for beside it.
  package static func read(file path: String) throws -> Scenario {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try read(text, file: path) { name in
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      let full = name.hasPrefix("/") ? name : folder + name
      return (full, try String(contentsOfFile: full, encoding: .utf8))
    }
  }

  /// Reads a scenario's text.
  ///
  /// - Parameters:
  ///   - file: its name in messages.
  ///   - load: opens a targets file by the name that the scenario gives.
  package static func read(
    _ text: String, file: String,
    load: (String) throws -> (file: String, text: String)
  ) throws -> Scenario {
    var reader = ScenarioReader(file: file)
    let scenario = try reader.scenario(try reader.compose(text, file: file), load)
    guard reader.faults.isEmpty, let scenario else {
      throw ScenarioError(file: file, faults: reader.faults)
    }
    return scenario
  }

  private init(file: String) { self.file = file }

  private func compose(_ text: String, file: String) throws(ScenarioError) -> Node {
    func fail(_ line: Int, _ column: Int, _ message: String) -> ScenarioError {
      ScenarioError(file: file, faults: [.init(line: line, column: column, message: message)])
    }
    do {
      guard let node = try Yams.compose(yaml: text) else { throw fail(1, 1, "the file is empty") }
      return node
    } catch let error as ScenarioError {
      throw error
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw fail(mark.line, mark.column, problem)
      case .duplicatedKeysInMapping(let duplicates, let context):
        throw fail(
          context.mark.line, context.mark.column,
          "given twice: \(duplicates.joined(separator: ", "))")
      default: throw fail(1, 1, "\(error)")
      }
    } catch { throw fail(1, 1, "\(error)") }
  }

  private static let names = [
    "name", "base", "users", "source_addresses", "connections", "timeout", "arrival", "questions",
    "mix", "targets", "thresholds", "seed",
  ]

  private mutating func scenario(
    _ root: Node, _ load: (String) throws -> (file: String, text: String)
  ) throws -> Scenario? {
    var fields = YAMLFields(root, what: "the scenario")
    let name = fields.value("name", required: true, "plain text") { $0.isEmpty ? nil : $0 }
    let base = fields.value("base", "an http:// address") { try? TargetURL($0) }
    let users = fields.integer("users", in: 0...Scenario.usersMax)
    let sourceAddresses = fields.flag("source_addresses")
    let connections = fields.integer("connections", in: 1...20_000)
    let timeout = fields.duration("timeout")
    let seed = fields.integer("seed", in: 0...Int.max)
    let arrivalNode = fields.take("arrival", required: true)
    let questionsNode = fields.take("questions")
    let mixNode = fields.take("mix", required: true)
    let targetsNode = fields.take("targets")
    let thresholdsNode = fields.take("thresholds")
    fields.finish(known: Self.names)
    faults += fields.faults

    let arrival = arrivalNode.flatMap { self.arrival($0) }
    let questions = questionsNode.map { self.questions($0) }
    let operations = mixNode.map { self.mix($0) } ?? []
    if let mixNode {
      let isGiven = fields.names.contains { $0.name == "users" }
      let isUserless = users == 0 || (users == nil && !isGiven)
      if operations.contains(where: \.needsUser), isUserless {
        faults.append(.at(mixNode, "the mix has operations of signed-in users: set \"users\""))
      }
      if operations.contains(where: \.asksQuestion), questions?.list.isEmpty ?? true {
        faults.append(.at(mixNode, "the mix asks questions: give \"questions\""))
      }
    }
    let known = Set(operations.map(\.name))
    var thresholds = thresholdsNode.map { self.thresholds($0, known: known) } ?? []
    if let targetsNode { thresholds += try targets(targetsNode, known: known, load) }

    guard let name, let arrival, faults.isEmpty,
      let standard = try? TargetURL("http://127.0.0.1:3000")
    else { return nil }
    var scenario = Scenario(
      name: name, base: base ?? standard, arrival: arrival.arrival, duration: arrival.duration,
      operations: operations)
    scenario.warmup = arrival.warmup
    scenario.users = users ?? 0
    scenario.sourceAddresses = sourceAddresses ?? false
    scenario.connections = connections ?? Scenario.connectionsDefault
    scenario.timeout = timeout ?? Scenario.timeoutDefault
    scenario.questions = questions?.list ?? []
    scenario.zipfExponent = questions?.exponent ?? 1
    scenario.thresholds = thresholds
    if let seed { scenario.seed = UInt64(seed) }
    return scenario
  }

  private mutating func arrival(
    _ node: Node
  ) -> (arrival: Scenario.Arrival, duration: Duration, warmup: Duration)? {
    var fields = YAMLFields(node, what: "\"arrival\"")
    let rate = fields.value("rate", "a number of requests a second, above 0, up to 1000000") {
      Quantity.number($0).flatMap { $0 > 0 && $0 <= 1_000_000 ? $0 : nil }
    }
    let clients = fields.integer("clients", in: 1...20_000)
    let process = fields.value(
      "process", ArrivalProcess.allCases.map(\.rawValue).joined(separator: " or ")
    ) { ArrivalProcess(rawValue: $0) }
    let duration = fields.duration("duration", required: true)
    let warmup = fields.duration("warmup")
    fields.finish(known: ["rate", "clients", "process", "duration", "warmup"])
    if fields.faults.isEmpty, (rate == nil) == (clients == nil) {
      fields.fault(
        at: node, "\"arrival\" needs either \"rate\" (open loop) or \"clients\" (closed)")
    }
    faults += fields.faults
    guard fields.faults.isEmpty, let duration else { return nil }
    let warm = warmup ?? .zero
    if let clients { return (.closed(clients: clients), duration, warm) }
    return rate.map { (.open(rate: $0, process: process ?? .poisson), duration, warm) }
  }

  private mutating func questions(_ node: Node) -> (list: [String], exponent: Double) {
    if node.sequence != nil { return (texts(node, "a question"), 1) }
    var fields = YAMLFields(node, what: "\"questions\"")
    let exponent = fields.value("zipf", "an exponent from 0 to 5") {
      Quantity.number($0).flatMap { $0 <= 5 ? $0 : nil }
    }
    let list = fields.take("list", required: true)
    fields.finish(known: ["zipf", "list"])
    faults += fields.faults
    return (list.map { texts($0, "a question") } ?? [], exponent ?? 1)
  }

  private mutating func texts(_ node: Node, _ what: String) -> [String] {
    guard let sequence = node.sequence else {
      faults.append(.at(node, "expected a list"))
      return []
    }
    return sequence.compactMap { item in
      if let text = item.scalar?.string, !text.isEmpty { return text }
      faults.append(.at(item, "\(what) must be plain text"))
      return nil
    }
  }

  private mutating func mix(_ node: Node) -> [Operation] {
    let entries = YAMLFields(node, what: "\"mix\"")
    faults += entries.faults
    let operations = entries.names.compactMap { operation($0.name, $0.value) }
    if entries.faults.isEmpty, entries.names.isEmpty {
      faults.append(.at(node, "\"mix\" names no operation"))
    }
    return operations
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
      if let known {
        return Operation(name: name, kind: known.kind, weight: weight, route: known.route)
      }
      let names = Operation.known.keys.sorted().joined(separator: ", ")
      faults.append(
        .at(node, "unknown operation \"\(name)\" (known: \(names); or give it a \"get\" path)"))
      return nil
    }
    var fields = YAMLFields(node, what: "\"\(name)\"")
    let value = fields.value("weight", required: true, "a number above 0", weight)
    let path = fields.value("get", required: known == nil, "a path that starts with /") {
      $0.hasPrefix("/") && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } ? $0 : nil
    }
    let route = fields.value("route", "a route template that starts with /") {
      $0.hasPrefix("/") ? $0 : nil
    }
    let needsSession = fields.flag("session") ?? false
    fields.finish(known: ["weight", "get", "route", "session"])
    if known != nil, path != nil {
      fields.fault(at: node, "\"\(name)\" has a path of its own: name this one otherwise")
    }
    faults += fields.faults
    guard fields.faults.isEmpty, let value else { return nil }
    if let known {
      return Operation(name: name, kind: known.kind, weight: value, route: known.route)
    }
    guard let path else { return nil }
    return Operation(
      name: name, kind: needsSession ? .read(path: path) : .fetch(path: path), weight: value,
      route: route ?? String(path.prefix { $0 != "?" }))
  }

  private mutating func thresholds(_ node: Node, known: Set<String>) -> [Threshold] {
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
  private mutating func targets(
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
