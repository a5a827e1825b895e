import FoundationEssentials
import Yams

/// Reads scenario files. Every fault is found and told with its line, not only the first.
package struct ScenarioReader {
  private let file: String
  var faults: [ScenarioError.Fault] = []

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

  init(file: String) { self.file = file }

  func compose(_ text: String, file: String) throws(ScenarioError) -> Node {
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
    "think", "mix", "targets", "thresholds", "seed", "generator_lag_max", "overhead_pairs",
  ]

  private mutating func scenario(
    _ root: Node, _ load: (String) throws -> (file: String, text: String)
  ) throws -> Scenario? {
    var fields = YAMLFields(root, what: "the scenario")
    let name = fields.value("name", required: true, "plain text") { $0.isEmpty ? nil : $0 }
    let baseNode = fields.take("base")
    let sourceAddresses = fields.flag("source_addresses")
    let connections = fields.integer("connections", in: 1...20_000)
    let timeout = fields.duration("timeout")
    let seed = fields.integer("seed", in: 0...Int.max)
    let arrivalNode = fields.take("arrival", required: true)
    let questionsNode = fields.take("questions")
    let usersNode = fields.take("users")
    let thinkNode = fields.take("think")
    let lagMax = fields.duration("generator_lag_max")
    let pairs = fields.integer("overhead_pairs", in: 1...10_000)
    let mixNode = fields.take("mix", required: true)
    let targetsNode = fields.take("targets")
    let thresholdsNode = fields.take("thresholds")
    fields.finish(known: Self.names)
    faults += fields.faults

    let base = baseNode.flatMap { address($0) }
    let arrival = arrivalNode.flatMap { self.arrival($0) }
    let questions = questionsNode.map { self.questions($0) }
    let people = usersNode.flatMap { self.users($0, load) }
    let think = thinkNode.flatMap { self.think($0) }
    let mix = mixNode.map { self.mix($0) } ?? Mix()
    let operations = mix.operations
    if let mixNode {
      let isUserless = people?.count == 0 || usersNode == nil
      if operations.contains(where: \.needsUser), isUserless {
        faults.append(.at(mixNode, "the mix has operations of signed-in users: set \"users\""))
      }
      if operations.contains(where: \.asksQuestion) || pairs != nil,
        questions?.list.isEmpty ?? true
      {
        faults.append(.at(mixNode, "the mix asks questions: give \"questions\""))
      }
    }
    let known = Set(operations.map(\.name))
    if let think, case .open? = arrival?.arrival, let thinkNode {
      faults.append(
        .at(thinkNode, "\"think\" is for a closed loop; in an open one a journey thinks (\(think))")
      )
    }
    var thresholds = thresholdsNode.map { self.thresholds($0, known: known) } ?? []
    if let targetsNode { thresholds += try targets(targetsNode, known: known, load) }

    guard let name, let arrival, faults.isEmpty,
      let standard = try? TargetURL("http://127.0.0.1:3000")
    else { return nil }
    var scenario = Scenario(
      name: name, base: base ?? standard, arrival: arrival.arrival, duration: arrival.duration,
      operations: operations)
    scenario.warmup = arrival.warmup
    scenario.users = people?.count ?? 0
    scenario.credentials = people?.credentials ?? []
    scenario.journeys = mix.journeys
    scenario.think = think ?? .zero ... .zero
    scenario.generatorLagMax = lagMax ?? Scenario.generatorLagDefault
    scenario.overheadPairs = pairs ?? 0
    scenario.sourceAddresses = sourceAddresses ?? false
    scenario.connections = connections ?? Scenario.connectionsDefault
    scenario.timeout = timeout ?? Scenario.timeoutDefault
    scenario.questions = questions?.list ?? []
    scenario.zipfExponent = questions?.exponent ?? 1
    scenario.thresholds = thresholds
    if let seed { scenario.seed = UInt64(seed) }
    return scenario
  }

  private mutating func address(_ node: Node) -> TargetURL? {
    do throws(TargetURLError) { return try TargetURL(node.scalar?.string ?? "") } catch {
      faults.append(.at(node, "\"base\": \(error)"))
      return nil
    }
  }

  private mutating func questions(_ node: Node) -> (list: [String], exponent: Double) {
    if node.sequence != nil { return (texts(node, "a question"), 1) }
    var fields = YAMLFields(node, what: "\"questions\"")
    let exponent = fields.value("zipf", "an exponent from 0 to 5") {
      Quantity.number($0).flatMap { $0 <= 5 ? $0 : nil }
    }
    let list = fields.take("list", required: true)
    let endings = fields.take("with")
    fields.finish(known: ["zipf", "list", "with"])
    faults += fields.faults
    var questions = list.map { texts($0, "a question") } ?? []
    if let endings {
      // Every question with every ending: so many different ones that few are asked twice.
      let endings = texts(endings, "an ending")
      questions = endings.flatMap { ending in questions.map { "\($0) \(ending)" } }
    }
    return (questions, exponent ?? 1)
  }

  mutating func texts(_ node: Node, _ what: String) -> [String] {
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
}
