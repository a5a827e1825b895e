/// One call to the model's provider, as a worker reports it with the answer that needed it.
///
/// Calls that failed stand beside the one that answered: they took time, and may have cost.
package struct ModelCall: Codable, Sendable, Hashable {
  /// How a call ended.
  package enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
    case ok
    case error
    case timeout
    case cancelled
  }

  /// The `modelVersion` that answered, else the model that was asked.
  package var model: String
  /// The method of the provider's API: `generateContent`.
  package var method: String
  package var outcome: Outcome
  /// From the request to its last byte.
  package var seconds: Double
  package var usage: ChatUsage
  /// Billionths of a US dollar, 0 where the price is unknown.
  package var costNanoUSD: Int

  /// More are no answer's.
  package static let callsMax = 32

  package init(
    model: String, method: String, outcome: Outcome, seconds: Double, usage: ChatUsage = .zero,
    costNanoUSD: Int = 0
  ) {
    self.model = model
    self.method = method
    self.outcome = outcome
    self.seconds = seconds
    self.usage = usage
    self.costNanoUSD = costNanoUSD
  }

  private enum CodingKeys: String, CodingKey {
    case model
    case method
    case outcome
    case seconds
    case usage
    case costNanoUSD = "cost_nano_usd"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let seconds = try values.decode(Double.self, forKey: .seconds)
    let cost = try values.decodeIfPresent(Int.self, forKey: .costNanoUSD) ?? 0
    guard (0...1e6).contains(seconds), (0...(1 << 50)).contains(cost) else {
      throw DecodingError.dataCorruptedError(
        forKey: .seconds, in: values, debugDescription: "no time or no cost")
    }
    self.init(
      model: try values.decode(String.self, forKey: .model),
      method: try values.decode(String.self, forKey: .method),
      outcome: try values.decode(Outcome.self, forKey: .outcome), seconds: seconds,
      usage: try values.decodeIfPresent(ChatUsage.self, forKey: .usage) ?? .zero,
      costNanoUSD: cost)
  }
}
