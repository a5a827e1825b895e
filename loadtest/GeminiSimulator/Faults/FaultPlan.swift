import Synchronization

/// Which calls meet a fault: by a header, by a mark in the prompt, or by rules that were set at the
/// side port, the first that fits.
package final class FaultPlan: Sendable {
  /// A rule: which calls, how often, with what chance.
  package struct Rule: Sendable {
    package var fault: Fault
    /// How many calls still; nil: all.
    package var left: Int?
    package var probability: Double
    /// Only this method of the API.
    package var method: String?
    /// Only prompts that hold this text.
    package var contains: String?

    package init(
      _ fault: Fault, left: Int? = nil, probability: Double = 1, method: String? = nil,
      contains: String? = nil
    ) {
      self.fault = fault
      self.left = left
      self.probability = probability
      self.method = method
      self.contains = contains
    }
  }

  private struct State {
    var rules: [Rule] = []
    var random: RandomSource
    /// How often a marked question came.
    var seen: [String: Int] = [:]
  }

  private static let rulesMax = 100
  private static let seenMax = 10_000
  private let state: Mutex<State>

  package init(seed: UInt64 = 1) {
    state = Mutex(State(random: RandomSource(seed: seed)))
  }

  /// The rules that still apply.
  package var rules: [Rule] { state.withLock { $0.rules } }

  /// Adds a rule behind the others; false where there are too many.
  package func add(_ rule: Rule) -> Bool {
    state.withLock { state in
      guard state.rules.count < Self.rulesMax else { return false }
      state.rules.append(rule)
      return true
    }
  }

  package func removeAll() {
    state.withLock { state in
      state.rules = []
      state.seen = [:]
    }
  }

  /// The fault of one call, taken out of its rule.
  func take(method: String, prompt: String, header: String?) -> Fault? {
    if let header, let fault = Fault(header) { return limited(fault, by: header + prompt) }
    if let fault = Fault.marked(in: prompt) { return limited(fault, by: prompt) }
    return state.withLock { state in
      for index in state.rules.indices {
        let rule = state.rules[index]
        guard rule.method.map({ $0 == method }) ?? true,
          rule.contains.map({ prompt.range(ofText: $0) != nil }) ?? true,
          state.random.unit() < rule.probability
        else { continue }
        if let left = rule.left {
          if left <= 1 { state.rules.remove(at: index) } else { state.rules[index].left = left - 1 }
        }
        return rule.fault
      }
      return nil
    }
  }

  private func limited(_ fault: Fault, by question: String) -> Fault? {
    guard let times = fault.times else { return fault }
    return state.withLock { state in
      if state.seen.count >= Self.seenMax { state.seen = [:] }
      let count = state.seen[question, default: 0] + 1
      state.seen[question] = count
      return count <= times ? fault : nil
    }
  }
}
