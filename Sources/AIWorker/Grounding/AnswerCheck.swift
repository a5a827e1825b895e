package import Telemetry

/// Holds an answer against the passages that it rests on: an amount, a date or the number of a form
/// that stands in none is taken out, a mark stands in its place, and it is counted. A reference to
/// a passage that there is not goes too.
///
/// ```swift
/// var check = AnswerCheck(passages: [passage.text], sources: 3)
/// check.mend("L'AAH est de 9 999 € [1].")   // "L'AAH est de [montant à vérifier] [1]."
/// check.flagged[.amount]                     // 1
/// ```
///
/// What the family wrote itself counts for nothing: a model that agrees with a wrong amount is
/// wrong.
package struct AnswerCheck: Sendable {
  private let known: Set<String>
  private let sources: Int
  /// How many facts were taken out, by kind.
  package private(set) var flagged: [FlaggedFactKind: Int] = [:]

  /// - Parameters:
  ///   - passages: everything that the model was given to answer from.
  ///   - sources: numbers that a reference may have, from 1.
  package init(passages: [String], sources: Int) {
    self.init(passages: passages, sources: sources, values: Self.values)
  }

  init(passages: [String], sources: Int, values: (String) -> Set<String>) {
    known = passages.reduce(into: []) { $0.formUnion(values($1)) }
    self.sources = sources
  }

  /// What a passage states, each with its kind before it.
  static func values(of passage: String) -> Set<String> {
    var values: Set<String> = []
    for fact in StatedFact.find(in: passage) {
      for value in implied(by: fact) { values.insert(fact.kind.rawValue + value) }
    }
    return values
  }

  /// What a passage also says with a fact: a date its month and its day, a form with its version
  /// the form.
  private static func implied(by fact: StatedFact) -> [String] {
    switch fact.kind {
    case .amount, .reference, .decision: return [fact.value]
    case .form: return [fact.value, String(fact.value.prefix(5))]
    case .date:
      guard fact.value.count == 10 else { return [fact.value] }
      return [fact.value, String(fact.value.prefix(7)), "-" + fact.value.dropFirst(4)]
    }
  }

  /// The text without what stands nowhere.
  package mutating func mend(_ text: String) -> String {
    let characters = Array(text)
    var mended = ""
    var at = 0
    for fact in StatedFact.find(in: characters)
    where !known.contains(fact.kind.rawValue + fact.value) {
      mended += String(characters[at..<fact.range.lowerBound]) + Self.mark(fact.kind)
      at = fact.range.upperBound
      flagged[fact.kind, default: 0] += 1
    }
    mended += String(characters[at...])
    return withoutWrongReferences(mended)
  }

  /// What stands in the place of a fact.
  private static func mark(_ kind: FlaggedFactKind) -> String {
    switch kind {
    case .amount: "[montant à vérifier]"
    case .date: "[date à vérifier]"
    case .form: "[formulaire à vérifier]"
    case .reference: "[numéro à vérifier]"
    case .decision: "[à vérifier]"
    }
  }

  /// What a family reads at the end of an answer that something was taken out of; nil else.
  package var note: String? {
    flagged.isEmpty
      ? nil
      : "\n\nLes indications marquées « à vérifier » ne figurent pas dans nos fiches : "
        + "demandez-les à votre MDPH ou à votre CAF."
  }

  /// `[7]` where there are three sources, also within `[1, 7]`.
  private func withoutWrongReferences(_ text: String) -> String {
    guard text.contains("[") else { return text }
    var kept = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      let inside = rest[rest.index(after: open)..<close]
      kept += rest[..<open]
      let numbers = inside.split { $0 == "," || $0 == " " }
      if !numbers.isEmpty, numbers.allSatisfy({ Int($0) != nil }) {
        let good = numbers.compactMap { Int($0) }.filter { (1...max(1, sources)).contains($0) }
        if sources > 0, !good.isEmpty {
          kept += "[" + good.map(String.init).joined(separator: ", ") + "]"
        } else if kept.last == " " {
          kept.removeLast()
        }
      } else {
        kept += rest[open...close]
      }
      rest = rest[rest.index(after: close)...]
    }
    return kept + rest
  }
}
