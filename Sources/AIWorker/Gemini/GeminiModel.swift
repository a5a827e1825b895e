/// A model of the provider: how it is told to think, what it costs, when it is shut down and what
/// takes its place.
///
/// ```swift
/// let model = GeminiModel.inForce("gemini-2.5-flash", on: "2026-12-02")   // gemini-3.5-flash-lite
/// ```
///
/// The table holds what was known in November 2026. A model that it does not know is asked as it is
/// named, without a word on thinking, and has no price.
package struct GeminiModel: Sendable, Hashable {
  /// How a model is told how much to think.
  package enum Thinking: Sendable, Hashable {
    /// It is not told.
    case unsaid
    /// Tokens; 0 switches thinking off (2.5).
    case budget(Int)
    /// A level (3.x).
    case level(String)
  }

  /// US dollars for a million tokens, from a day on.
  package struct Price: Sendable, Hashable {
    /// `YYYY-MM-DD`.
    package let from: String
    package let input: Double
    package let output: Double
    package let cacheRead: Double

    init(from: String = "2025-01-01", input: Double, output: Double, cacheRead: Double? = nil) {
      self.from = from
      self.input = input
      self.output = output
      self.cacheRead = cacheRead ?? input
    }
  }

  package let name: String
  /// The first day on which it does not answer any more; nil where none is announced.
  package let shutdown: String?
  package let successor: String?
  package let thinking: Thinking
  /// In the order of their days; empty where no price is known.
  package let prices: [Price]

  init(
    _ name: String, shutdown: String? = nil, successor: String? = nil,
    thinking: Thinking = .unsaid, prices: [Price] = []
  ) {
    self.name = name
    self.shutdown = shutdown
    self.successor = successor
    self.thinking = thinking
    self.prices = prices
  }

  // MARK: The table

  /// What is asked where no setting says otherwise.
  package static let usualName = "gemini-2.5-flash"

  package static let all: [GeminiModel] = [
    GeminiModel(
      "gemini-2.5-flash", shutdown: "2026-12-01", successor: "gemini-3.5-flash-lite",
      thinking: .budget(0), prices: [Price(input: 0.30, output: 2.50, cacheRead: 0.03)]),
    GeminiModel(
      "gemini-2.5-flash-lite", thinking: .budget(0), prices: [Price(input: 0.10, output: 0.40)]),
    // 2.5 Pro cannot be kept from thinking.
    GeminiModel(
      "gemini-2.5-pro", shutdown: "2026-12-01", successor: "gemini-3.8-flash",
      thinking: .budget(128)),
    GeminiModel(
      "gemini-2.0-flash", shutdown: "2026-06-01", successor: "gemini-2.5-flash-lite"),
    GeminiModel("gemini-3.1-flash-lite", thinking: .level("LOW")),
    GeminiModel("gemini-3.5-flash-lite", thinking: .level("LOW")),
    GeminiModel(
      "gemini-3.5-flash", thinking: .level("LOW"), prices: [Price(input: 1.50, output: 9.00)]),
    GeminiModel("gemini-3.6-flash", thinking: .level("LOW")),
    GeminiModel("gemini-3.7-flash", thinking: .level("LOW")),
    GeminiModel(
      "gemini-3.8-flash", thinking: .level("LOW"),
      prices: [
        Price(input: 0.75, output: 3.75), Price(from: "2027-01-01", input: 1.50, output: 7.50),
      ]),
    // Vectors of the two are not comparable: what was kept under the one is made anew.
    GeminiModel(
      "gemini-embedding-001", shutdown: "2028-05-14", successor: "gemini-embedding-2",
      prices: [Price(input: 0.15, output: 0)]),
    GeminiModel("gemini-embedding-2", prices: [Price(input: 0.20, output: 0)]),
    GeminiModel(
      "text-embedding-004", shutdown: "2026-01-14", successor: "gemini-embedding-001"),
  ]

  /// The model of that name; one that is unsaid in everything where the table has none.
  package static func named(_ name: String) -> GeminiModel {
    if let known = all.first(where: { $0.name == name }) { return known }
    // `gemini-2.5-flash-preview-09-2025` is a version of the longest name that it begins with.
    let family = all.filter { name.hasPrefix($0.name + "-") }.max { $0.name.count < $1.name.count }
    guard let family else { return GeminiModel(name) }
    return GeminiModel(name, thinking: family.thinking, prices: family.prices)
  }

  /// The model that answers for `name` on a day (`YYYY-MM-DD`): itself, or after its shutdown its
  /// successor, or that one's.
  package static func inForce(_ name: String, on day: String) -> GeminiModel {
    var model = named(name)
    for _ in all {
      guard let shutdown = model.shutdown, day >= shutdown, let next = model.successor else {
        break
      }
      model = named(next)
    }
    return model
  }

  /// True where temperature and its like are still taken.
  var takesTemperature: Bool { name.hasPrefix("gemini-2.") }

  /// Tokens that thinking may take out of the answer's bound.
  var thinkingReserveTokens: Int {
    switch thinking {
    case .unsaid, .level: 2048
    case .budget(let tokens): tokens
    }
  }

  /// Billionths of a US dollar that tokens cost on a day; 0 where no price is known.
  package func costNanoUSD(_ usage: GeminiUsage, on day: String) -> Int {
    guard let price = prices.last(where: { $0.from <= day }) else { return 0 }
    // A dollar a million tokens is a thousand billionths a token.
    let input = Double(max(0, usage.prompt - usage.cached)) * price.input * 1000
    let tool = Double(usage.tool) * price.input * 1000
    let cached = Double(usage.cached) * price.cacheRead * 1000
    let output = Double(usage.candidates + usage.thoughts) * price.output * 1000
    return Int((input + tool + cached + output).rounded())
  }
}
