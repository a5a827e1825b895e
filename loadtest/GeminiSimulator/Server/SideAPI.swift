/// The side port: what was asked and given, and what shall go wrong next.
///
/// | request | does |
/// | --- | --- |
/// | `GET /counts` | sums of calls and tokens, cancelled ones apart |
/// | `GET /calls` | the last calls with their requests |
/// | `POST /reset` | sums and calls begin anew |
/// | `GET`, `POST`, `DELETE /faults` | the rules; one more; none any more |
/// | `GET`, `PUT /latency` | the distribution |
package struct SideAPI: Sendable {
  let ledger: CallLedger
  let faults: FaultPlan
  let latency: LatencyModel

  package init(ledger: CallLedger, faults: FaultPlan, latency: LatencyModel) {
    self.ledger = ledger
    self.faults = faults
    self.latency = latency
  }

  func answer(method: String, path: String, body: [UInt8]) -> AnswerScript {
    do throws(APIError) {
      switch (method, path) {
      case ("GET", "/counts"): return .json(200, ledger.counts.json)
      case ("GET", "/calls"):
        return .json(200, .object([("calls", .array(ledger.calls.map(\.json)))]))
      case ("GET", "/healthz"): return .json(200, .object([("status", "ok")]))
      case ("POST", "/reset"):
        ledger.reset()
        return .json(200, ledger.counts.json)
      case ("GET", "/faults"): return .json(200, rules)
      case ("DELETE", "/faults"):
        faults.removeAll()
        return .json(200, rules)
      case ("POST", "/faults"):
        guard faults.add(try rule(body)) else { throw .invalid("too many rules") }
        return .json(200, rules)
      case ("GET", "/latency"): return .json(200, shape)
      case ("PUT", "/latency"):
        try change(body)
        return .json(200, shape)
      default: throw .notFound
      }
    } catch {
      return .error(error)
    }
  }

  private func parse(_ body: [UInt8]) throws(APIError) -> JSONNode {
    do throws(JSONNode.Fault) {
      let node = try JSONNode(parsing: body)
      if node.isObject { return node }
    } catch {
      throw .malformedJSON
    }
    throw .malformedJSON
  }

  /// `{"fault":"cut","after":2,"count":3,"probability":0.1,"method":…,"contains":…}`.
  private func rule(_ body: [UInt8]) throws(APIError) -> FaultPlan.Rule {
    let node = try parse(body)
    let known: Set = [
      "fault", "after", "retry_delay", "count", "probability", "method", "contains", "text",
    ]
    if let name = node.members.map(\.name).first(where: { !known.contains($0) }) {
      throw .unknownField(name, at: "")
    }
    guard let kind = node["fault"]?.text.flatMap(Fault.Kind.init) else {
      throw .badField(
        "fault",
        "fault must be one of " + Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    var fault = Fault(kind)
    if let after = node["after"] {
      guard let number = after.int, number >= 0 else { throw .badField("after", "a whole number") }
      fault.after = number
    }
    if let delay = node["retryDelay"] {
      guard let text = delay.text, text.hasSuffix("s"), Double(text.dropLast()) != nil else {
        throw .badField("retry_delay", "a duration, as in 0.75s")
      }
      fault.retryDelay = text
    }
    if let text = node["text"] {
      guard let told = text.text, kind == .says else {
        throw .badField("text", "a text, with the fault says")
      }
      fault.text = told
    }
    var rule = FaultPlan.Rule(
      fault, method: node["method"]?.text, contains: node["contains"]?.text)
    if let count = node["count"] {
      guard let number = count.int, number > 0 else {
        throw .badField("count", "a whole number over 0")
      }
      rule.left = number
    }
    if let chance = node["probability"] {
      guard case .number(let number) = chance, (0...1).contains(number) else {
        throw .badField("probability", "a number from 0 to 1")
      }
      rule.probability = number
    }
    return rule
  }

  private var rules: JSONNode {
    .object([
      (
        "faults",
        .array(
          faults.rules.map { rule in
            .object([
              ("fault", .string(rule.fault.kind.rawValue)), ("after", .int(rule.fault.after)),
              ("retry_delay", .string(rule.fault.retryDelay)),
              ("count", rule.left.map { .int($0) } ?? .null),
              ("probability", .number(rule.probability)),
              ("method", rule.method.map { .string($0) } ?? .null),
              ("contains", rule.contains.map { .string($0) } ?? .null),
              ("text", rule.fault.text.map { .string($0) } ?? .null),
            ])
          })
      )
    ])
  }

  /// `{"median_ms":800,"sigma":0.6,"max_ms":20000}`, any of them.
  private func change(_ body: [UInt8]) throws(APIError) {
    let node = try parse(body)
    var shape = latency.shape
    for member in node.members {
      guard case .number(let number) = member.value, number >= 0, number < 1e9 else {
        throw .badField(member.name, "a number, not negative")
      }
      switch member.name {
      case "median_ms": shape.median = .milliseconds(Int64(number))
      case "sigma": shape.sigma = min(number, 5)
      case "max_ms": shape.max = .milliseconds(Int64(number))
      default: throw .unknownField(member.name, at: "")
      }
    }
    latency.shape = shape
  }

  private var shape: JSONNode {
    let shape = latency.shape
    return .object([
      ("median_ms", .number(shape.median.inMilliseconds)), ("sigma", .number(shape.sigma)),
      ("max_ms", .number(shape.max.inMilliseconds)),
    ])
  }
}

extension Duration {
  var inMilliseconds: Double {
    Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
  }
}
