import Yams

/// Reads one YAML mapping key by key; gathers faults with their places instead of stopping.
struct YAMLFields {
  private var fields: [String: (key: Node, value: Node)] = [:]
  private let node: Node
  private let what: String
  private(set) var faults: [ScenarioError.Fault] = []

  /// - Parameter what: names the mapping in messages.
  init(_ node: Node, what: String) {
    self.node = node
    self.what = what
    guard let mapping = node.mapping else {
      fault(at: node, "\(what) must be a mapping of names to values")
      return
    }
    for (key, value) in mapping {
      if let name = key.scalar?.string {
        fields[name] = (key, value)
      } else {
        fault(at: key, "a name in \(what) must be plain text")
      }
    }
  }

  /// The names in the file's order.
  var names: [(name: String, value: Node)] {
    node.mapping?.compactMap { pair in pair.key.scalar.map { ($0.string, pair.value) } } ?? []
  }

  mutating func fault(at node: Node, _ message: String) {
    faults.append(.at(node, message))
  }

  mutating func adopt(_ others: [ScenarioError.Fault]) { faults += others }

  /// Takes a key's value out, so that ``finish()`` can tell what nobody asked for.
  mutating func take(_ name: String, required: Bool = false) -> Node? {
    if let field = fields.removeValue(forKey: name) { return field.value }
    if required, node.mapping != nil { fault(at: node, "\(what) needs \"\(name)\"") }
    return nil
  }

  /// A scalar read by `parse`; a fault that says what was expected where it answers nil.
  mutating func value<T>(
    _ name: String, required: Bool = false, _ expected: String, _ parse: (String) -> T?
  ) -> T? {
    guard let node = take(name, required: required) else { return nil }
    guard let text = node.scalar?.string, let value = parse(text) else {
      let found = node.scalar.map { "\"\($0.string)\"" } ?? "a list or mapping"
      fault(at: node, "\"\(name)\" must be \(expected), not \(found)")
      return nil
    }
    return value
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      Int($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  mutating func duration(_ name: String, required: Bool = false) -> Duration? {
    value(name, required: required, "a duration such as 500ms, 30s or 5m") {
      Quantity.duration($0)
    }
  }

  mutating func flag(_ name: String) -> Bool? {
    value(name, "true or false") { ["true": true, "false": false][$0] }
  }

  /// Faults of every key that nothing took.
  mutating func finish(known: [String]) {
    for (name, field) in fields {
      let near = known.min { distance($0, name) < distance($1, name) }
      let hint = near.flatMap { distance($0, name) <= 2 ? ", did you mean \"\($0)\"?" : nil }
      fault(
        at: field.key,
        "unknown name \"\(name)\" in \(what)\(hint ?? "")"
          + (hint == nil ? " (known: \(known.joined(separator: ", ")))" : ""))
    }
    fields = [:]
  }

  /// Letters to change to get from one name to the other.
  private func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a), b = Array(b.prefix(40))
    var row = Array(0...b.count)
    for i in a.indices {
      var previous = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = previous + (a[i] == b[j] ? 0 : 1)
        previous = row[j + 1]
        row[j + 1] = min(cost, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}

extension ScenarioError.Fault {
  static func at(_ node: Node, _ message: String) -> Self {
    Self(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message)
  }
}
