import ServiceHost
import WorkerAPI

/// What a model says that a letter holds; nothing of it is believed yet.
struct SeenLetter: Sendable {
  struct Day: Sendable {
    let day: CivilDay
    let role: String
    let quote: String
  }

  struct Amount: Sendable {
    let value: Double
    let quote: String
  }

  struct Reference: Sendable {
    let value: String
    let quote: String
  }

  struct Decision: Sendable {
    let aid: String
    let direction: LetterAnalysis.Decision.Direction
    let begins: CivilDay?
    let ends: CivilDay?
    let rate: String?
    let quote: String
  }

  private(set) var kind: LetterKind
  private(set) var days: [Day] = []
  private(set) var amounts: [Amount] = []
  private(set) var references: [Reference] = []
  private(set) var decisions: [Decision] = []
  /// Sentences meant for a program were seen.
  private(set) var givesOrders: Bool

  /// Characters of a quotation that are looked for.
  private static let quoteMax = 160

  /// Reads an answer in the shape of `LetterSchema`; what is no day, sum or number of a letter is
  /// left out.
  init(_ json: JSONValue) {
    kind = json["type"]?.string.flatMap(LetterKind.init) ?? .other
    if case .bool(true)? = json["consignes"] { givesOrders = true } else { givesOrders = false }
    for entry in Self.entries(json["dates"]) {
      guard let day = entry["date"]?.string.flatMap({ CivilDay($0) }) else { continue }
      days.append(
        Day(day: day, role: entry["role"]?.string ?? "autre", quote: Self.quote(entry)))
    }
    for entry in Self.entries(json["montants"]) {
      guard let value = entry["valeur"]?.number, (0..<1e9).contains(value) else { continue }
      amounts.append(
        Amount(value: (value * 100).rounded() / 100, quote: Self.quote(entry)))
    }
    for entry in Self.entries(json["references"]) {
      guard let value = entry["valeur"]?.string else { continue }
      references.append(Reference(value: String(value.prefix(64)), quote: Self.quote(entry)))
    }
    for entry in Self.entries(json["decisions"]) {
      guard let aid = entry["aide"]?.string,
        let direction = entry["sens"]?.string.flatMap({
          LetterAnalysis.Decision.Direction(rawValue: $0)
        })
      else { continue }
      decisions.append(
        Decision(
          aid: aid, direction: direction, begins: entry["debut"]?.string.flatMap { CivilDay($0) },
          ends: entry["fin"]?.string.flatMap { CivilDay($0) }, rate: entry["taux"]?.string,
          quote: Self.quote(entry)))
    }
  }

  private static func entries(_ value: JSONValue?) -> ArraySlice<JSONValue> {
    (value?.array ?? []).prefix(LetterSchema.itemsMax)
  }

  private static func quote(_ entry: JSONValue) -> String {
    String((entry["citation"]?.string ?? "").prefix(quoteMax))
  }
}
