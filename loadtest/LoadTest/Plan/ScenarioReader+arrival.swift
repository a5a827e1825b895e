import Yams

/// When requests start, and who sends them.
extension ScenarioReader {
  mutating func arrival(
    _ node: Node
  ) -> (arrival: Scenario.Arrival, duration: Duration, warmup: Duration)? {
    var fields = YAMLFields(node, what: "\"arrival\"")
    let rate = fields.value("rate", Self.rateExpected) { Self.rate($0, above: 0) }
    let clients = fields.integer("clients", in: 1...20_000)
    let process = fields.value(
      "process", ArrivalProcess.allCases.map(\.rawValue).joined(separator: " or ")
    ) { ArrivalProcess(rawValue: $0) }
    let stagesNode = fields.take("stages")
    let duration = fields.duration("duration", required: stagesNode == nil)
    let warmup = fields.duration("warmup")
    fields.finish(known: ["rate", "clients", "stages", "process", "duration", "warmup"])
    let ways = (rate == nil ? 0 : 1) + (clients == nil ? 0 : 1) + (stagesNode == nil ? 0 : 1)
    if fields.faults.isEmpty, ways != 1 {
      fields.fault(
        at: node,
        "\"arrival\" needs either \"rate\" or \"stages\" (open loop) or \"clients\" (closed)")
    }
    if stagesNode != nil, duration != nil {
      fields.fault(at: node, "\"stages\" have durations of their own: leave \"duration\" out")
    }
    faults += fields.faults
    guard fields.faults.isEmpty else { return nil }
    let warm = warmup ?? .zero
    if let stagesNode {
      guard let profile = stages(stagesNode) else { return nil }
      return (
        .staged(profile, process: process ?? .poisson),
        .nanoseconds(Int64(profile.seconds * 1e9)), warm
      )
    }
    guard let duration else { return nil }
    if let clients { return (.closed(clients: clients), duration, warm) }
    return rate.map { (.open(rate: $0, process: process ?? .poisson), duration, warm) }
  }

  private static let rateExpected = "a number of requests a second, above 0, up to 1000000"

  private static func rate(_ text: String, above least: Double) -> Double? {
    Quantity.number(text).flatMap { ($0 > least || $0 == 0 && least < 0) && $0 <= 1e6 ? $0 : nil }
  }

  /// A stage without `from` goes on where the one before ended; without `to` it holds its rate.
  private mutating func stages(_ node: Node) -> RateProfile? {
    guard let sequence = node.sequence, !sequence.isEmpty else {
      faults.append(.at(node, "\"stages\" must be a list such as - {to: 100, duration: 30s}"))
      return nil
    }
    var stages: [RateProfile.Stage] = []
    let before = faults.count
    for item in sequence {
      var fields = YAMLFields(item, what: "a stage")
      let expected = "a number of requests a second, up to 1000000"
      let hold = fields.value("rate", expected) { Self.rate($0, above: -1) }
      let from = fields.value("from", expected) { Self.rate($0, above: -1) }
      let to = fields.value("to", expected) { Self.rate($0, above: -1) }
      let duration = fields.duration("duration", required: true)
      fields.finish(known: ["rate", "from", "to", "duration"])
      if fields.faults.isEmpty, (hold == nil) == (to == nil) || (hold != nil && from != nil) {
        fields.fault(at: item, "a stage needs either \"rate\", or \"to\" and perhaps \"from\"")
      }
      faults += fields.faults
      guard fields.faults.isEmpty, let duration else { continue }
      let start = hold ?? from ?? stages.last?.to ?? 0
      stages.append(.init(from: start, to: hold ?? to ?? start, seconds: duration.inSeconds))
    }
    if faults.count == before, stages.allSatisfy({ $0.count <= 0 }) {
      faults.append(.at(node, "no stage starts a request"))
    }
    return faults.count == before ? RateProfile(stages: stages) : nil
  }

  /// `2s`, or `500ms..3s`.
  mutating func think(_ node: Node) -> ClosedRange<Duration>? {
    let parts = (node.scalar?.string ?? "").components(around: "..").map {
      Quantity.duration($0.trimmed)
    }
    if parts.count == 1, let only = parts[0] { return only...only }
    if parts.count == 2, let least = parts[0], let most = parts[1], least <= most {
      return least...most
    }
    faults.append(.at(node, "\"think\" must be a duration such as 2s, or two as in 500ms..3s"))
    return nil
  }

  /// A number, or `{count, from}` with a file of `address,password` lines.
  mutating func users(
    _ node: Node, _ load: (String) throws -> (file: String, text: String)
  ) -> (count: Int, credentials: [Credentials])? {
    let range = 0...Scenario.usersMax
    if let text = node.scalar?.string {
      if let count = Int(text), range.contains(count) { return (count, []) }
      faults.append(
        .at(node, "\"users\" must be a whole number from 0 to \(range.upperBound), not \"\(text)\"")
      )
      return nil
    }
    var fields = YAMLFields(node, what: "\"users\"")
    let count = fields.integer("count", in: 1...Scenario.usersMax)
    let name = fields.value("from", required: true, "a file's name") { $0.isEmpty ? nil : $0 }
    fields.finish(known: ["count", "from"])
    faults += fields.faults
    guard fields.faults.isEmpty, let name else { return nil }
    do {
      let known = try Credentials.read(load(name).text)
      guard let count else { return (known.count, known) }
      if count <= known.count { return (count, Array(known.prefix(count))) }
      faults.append(.at(node, "\(name) has \(known.count) users, not \(count)"))
    } catch let error as CredentialsError {
      faults.append(.at(node, "\(name): \(error)"))
    } catch { faults.append(.at(node, "\"users\": cannot read \(name)")) }
    return nil
  }
}

extension Credentials {
  /// Reads lines of `address,password`; blank ones and those that start with `#` are skipped.
  package static func read(_ text: String) throws(CredentialsError) -> [Credentials] {
    var users: [Credentials] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.trimmed
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard let comma = line.firstIndex(of: ","), line[..<comma].contains("@"),
        line.index(after: comma) < line.endIndex
      else { throw CredentialsError("line \(index + 1) is not address,password") }
      users.append(
        Credentials(
          email: line[..<comma].trimmed, password: line[line.index(after: comma)...].trimmed))
      guard users.count <= Scenario.usersMax else {
        throw CredentialsError("more than \(Scenario.usersMax) users")
      }
    }
    guard !users.isEmpty else { throw CredentialsError("no users") }
    return users
  }
}

/// Why a file holds no users.
package struct CredentialsError: Error, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension String {
  /// The parts before, between and after a separator.
  func components(around separator: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(self)
    while let range = String(rest).range(ofText: separator) {
      let text = String(rest)
      parts.append(String(text[..<range.lowerBound]))
      rest = Substring(String(text[range.upperBound...]))
    }
    return parts + [String(rest)]
  }
}
