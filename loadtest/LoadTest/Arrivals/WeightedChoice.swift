import Glibc

/// Draws indices in proportion to weights.
package struct WeightedChoice: Sendable {
  private let cumulative: [Double]

  /// - Parameter weights: at least one, each above 0.
  package init(weights: [Double]) {
    var sum = 0.0
    cumulative = weights.map {
      sum += $0
      return sum
    }
  }

  /// A Zipf law: the item of rank r is drawn in proportion to 1 / r^exponent.
  package static func zipf(count: Int, exponent: Double) -> WeightedChoice {
    WeightedChoice(weights: (0..<count).map { 1 / pow(Double($0 + 1), exponent) })
  }

  /// An index; 0 where there is nothing to draw from.
  package func draw(_ random: inout RandomSource) -> Int {
    guard cumulative.count > 1, let total = cumulative.last else { return 0 }
    let point = random.unit() * total
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
