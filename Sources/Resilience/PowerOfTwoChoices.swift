/// Spreads work by looking at two places drawn at random and taking the cheaper.
///
/// Two looks suffice for a nearly even spread (Mitzenmacher, 2001), and unlike "always the cheapest"
/// they do not send a whole burst to the place whose news is oldest.
package enum PowerOfTwoChoices {
  /// The index to use; nil where there is none.
  ///
  /// - Parameters:
  ///   - costs: of each candidate, such as `PeakEWMA.cost`; infinite ones are taken only where both
  ///     drawn are. NaN counts as infinite.
  ///   - random: drawn from twice at most.
  package static func choose(
    costs: [Double], using random: inout some RandomNumberGenerator
  ) -> Int? {
    guard costs.count > 1 else { return costs.indices.first }
    let first = Int.random(in: 0..<costs.count, using: &random)
    // Drawn among the others, so that the two differ.
    var second = Int.random(in: 0..<(costs.count - 1), using: &random)
    if second >= first { second += 1 }
    return value(costs[second]) < value(costs[first]) ? second : first
  }

  private static func value(_ cost: Double) -> Double { cost.isNaN ? .infinity : cost }
}
